// Where a PostgreSQL server is and how it may be reached, read from the operator's line:
// postgresql://user:password@host:port/database?option=value (libpq, "Connection URIs").
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace cloudvno::storage::postgres {

struct Host {
  std::string name;     // a name, an address or the folder of a Unix socket
  std::string address;  // what the name stands for, where the line says so; else empty
  std::string port;     // empty: libpq's
  // On this machine: a Unix socket or loopback.
  bool is_local() const;
};

struct ServerAddress {
  std::vector<Host> hosts;  // at least one, in the order to try them
  // Further libpq options by name, the password among them.
  std::vector<std::pair<std::string, std::string>> options;
  std::string database;
  std::chrono::milliseconds connect_wait{5000};  // for each host

  // For logs and people; without user, password and options.
  std::string str() const;
  std::string str(const Host& host) const;
};

// A line whose link leaves this machine gets sslmode=verify-full with at least TLS 1.3, and is
// refused where it asks for less. The error's text tells the operator what to write; it holds
// nothing of the line, because a password may stand anywhere in a line that is wrong.
Result<ServerAddress> read_address(const std::string& url);

}  // namespace cloudvno::storage::postgres
