// An attempt to reach a PostgreSQL server.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/net/resolver.hpp"
#include "platform/storage/postgres/address.hpp"
#include "platform/storage/postgres/link.hpp"

namespace boost::asio {
class io_context;
}

namespace cloudvno::storage::postgres {

// Goes from a host to a connection in steps, so that who waits for the store need not wait for
// the end of it. Names are looked up by c-ares, never by libpq, which would wait for name servers
// without a bound. Used on one thread. `address` must outlive it.
class Connecting {
 public:
  Connecting(const ServerAddress& address, const Host& host);
  ~Connecting();
  Connecting(const Connecting&) = delete;
  Connecting& operator=(const Connecting&) = delete;

  // Goes on until `until`: a connection, or nothing if it takes longer. Throws StorageError when
  // the attempt has failed, or has taken address.connect_wait.
  ConnectionPtr go_on(std::chrono::steady_clock::time_point until);

 private:
  struct LookUp;

  bool find_addresses(std::chrono::steady_clock::time_point until);
  void start();
  void start_next(const std::string& cause);

  const ServerAddress& address_;
  const Host& host_;
  const std::chrono::steady_clock::time_point deadline_;
  std::unique_ptr<LookUp> look_up_;
  std::vector<std::string> addresses_;  // still to be tried
  ConnectionPtr connection_;
  bool to_write_ = true;  // what libpq waits for
};

}  // namespace cloudvno::storage::postgres
