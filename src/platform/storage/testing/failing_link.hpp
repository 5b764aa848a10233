// A link to a PostgreSQL server that fails at a chosen message.
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <thread>

namespace cloudvno::storage::testing {

class PostgresServer;

// Listens on 127.0.0.1 and carries each connection to the server's Unix socket, message by message
// (PostgreSQL 15, "Message Formats"). Runs on a thread of its own.
class FailingLink {
 public:
  explicit FailingLink(const PostgresServer& server);
  ~FailingLink();
  FailingLink(const FailingLink&) = delete;
  FailingLink& operator=(const FailingLink&) = delete;

  std::string url_of_schema(std::string_view schema) const;

  enum class Fault {
    cut,      // both ends of the connection are closed
    silence,  // nothing goes through any connection any more, in either direction
  };
  // The n-th message from now on (from 1, both directions and all connections counted together)
  // does not go through.
  void fail_at(int n, Fault fault);
  // New connections go through; those that fell silent are closed.
  void heal();
  bool has_failed() const { return failed_; }

 private:
  struct Way;  // one direction of a connection
  struct Pair;

  void run();
  void accept_one();
  // False if the pair is to be closed.
  bool carry(Pair& pair, Way& way);
  bool may_pass();

  const std::string server_path_;
  int listener_ = -1;
  int wake_ = -1;
  int port_ = 0;
  std::mutex mutex_;
  int messages_left_ = 0;  // 0: no fault to come
  Fault fault_ = Fault::cut;
  bool silent_ = false;
  std::atomic<bool> failed_ = false;
  std::atomic<bool> stopping_ = false;
  std::list<Pair> pairs_;  // of the thread
  std::thread thread_;
};

}  // namespace cloudvno::storage::testing
