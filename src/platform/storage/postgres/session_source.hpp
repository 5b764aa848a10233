// Where a connection gets its sessions from, again and again.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "platform/storage/postgres/connecting.hpp"
#include "platform/storage/postgres/session.hpp"

namespace cloudvno::storage::postgres {

struct SessionOptions {
  ServerAddress address;
  bool writer = false;
  std::chrono::milliseconds answer_wait{};  // how long the server may say nothing
};

// One attempt at a time, each at the next host of the address, with a pause between attempts that
// grows from 100 ms to 1 s. Used on one thread.
class SessionSource {
 public:
  explicit SessionSource(const SessionOptions& options) : options_(options) {}

  // Goes on with the attempt for at most `patience`; throws StorageError at the end of it, when the
  // attempt failed, and at once during a pause. The attempt goes on with the next call.
  std::unique_ptr<Session> get(std::chrono::milliseconds patience);
  // The same with all the time that the address gives each host, without pauses.
  std::unique_ptr<Session> wait_for();

  // Why there is none.
  const std::string& last_cause() const { return last_cause_; }

 private:
  const Host& host() const { return options_.address.hosts[host_]; }
  void failed(const std::string& cause);

  const SessionOptions options_;
  std::size_t host_ = 0;
  std::unique_ptr<Connecting> connecting_;
  std::chrono::milliseconds pause_{0};
  std::chrono::steady_clock::time_point retry_at_;
  std::string last_cause_;
};

}  // namespace cloudvno::storage::postgres
