// A connection of libpq that never waits for longer than it was told.
#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <memory>
#include <string>

namespace cloudvno::storage::postgres {

struct CloseConnection {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
using ConnectionPtr = std::unique_ptr<PGconn, CloseConnection>;

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using ResultPtr = std::unique_ptr<PGresult, ClearResult>;

// Waits until the socket can be read (or written, where `to_write`); false if `until` came first.
bool wait_for_socket(const PGconn* connection, bool to_write,
                     std::chrono::steady_clock::time_point until);

// Used on one thread. After a StorageError the link is of no more use.
class Link {
 public:
  // `answer_wait`: how long the server may say nothing while we wait for it.
  Link(ConnectionPtr connection, std::chrono::milliseconds answer_wait);

  PGconn* get() const { return connection_.get(); }

  // Takes the answer of a libpq function that sends. Throws StorageError.
  void sent(int ok) const;
  // Gives the system what it takes without waiting.
  void flush_some() const;
  // The next result, waiting for it; nothing at the end of a statement's results. Throws
  // StorageError.
  ResultPtr next();
  // False if the other side has closed it while nothing was asked.
  bool is_alive();

 private:
  [[noreturn]] void lost() const;

  ConnectionPtr connection_;
  const std::chrono::milliseconds answer_wait_;
};

}  // namespace cloudvno::storage::postgres
