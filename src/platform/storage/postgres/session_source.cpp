// Where a connection gets its sessions from, again and again.
#include "platform/storage/postgres/session_source.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cloudvno::storage::postgres {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr milliseconds first_pause{100};
constexpr milliseconds longest_pause{1'000};

}  // namespace

std::unique_ptr<Session> SessionSource::get(milliseconds patience) {
  const auto start = steady_clock::now();
  if (!connecting_) {
    if (start < retry_at_) throw StorageError(last_cause_);
    connecting_ = std::make_unique<Connecting>(options_.address, host());
  }
  try {
    auto connection = connecting_->go_on(start + patience);
    if (connection) {
      auto session =
          std::make_unique<Session>(std::move(connection), options_.writer, options_.answer_wait);
      connecting_.reset();
      pause_ = milliseconds(0);
      return session;
    }
  } catch (const StorageError& error) {
    failed(error.what());
    throw StorageError(last_cause_);
  }
  throw StorageError(fmt::format("{}: still connecting", options_.address.str(host())));
}

std::unique_ptr<Session> SessionSource::wait_for() {
  for (std::size_t tried = 1;; ++tried) {
    try {
      return get(options_.address.connect_wait);
    } catch (const StorageError&) {
      if (tried == options_.address.hosts.size()) throw;
      retry_at_ = {};
    }
  }
}

void SessionSource::failed(const std::string& cause) {
  last_cause_ = fmt::format("{}: {}", options_.address.str(host()), cause);
  connecting_.reset();
  host_ = (host_ + 1) % options_.address.hosts.size();
  retry_at_ = steady_clock::now() + pause_;
  pause_ = std::clamp(pause_ * 2, first_pause, longest_pause);
}

}  // namespace cloudvno::storage::postgres
