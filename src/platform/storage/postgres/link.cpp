// A connection of libpq that never waits for longer than it was told.
#include "platform/storage/postgres/link.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>

#include "platform/storage/postgres/error.hpp"

namespace cloudvno::storage::postgres {

using std::chrono::steady_clock;

bool wait_for_socket(const PGconn* connection, bool to_write, steady_clock::time_point until) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - steady_clock::now());
    pollfd one{PQsocket(connection), static_cast<short>(to_write ? POLLIN | POLLOUT : POLLIN), 0};
    const int ready = ::poll(&one, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) throw StorageError("cannot wait for a socket");
    if (left.count() <= 0) return false;
  }
}

Link::Link(ConnectionPtr connection, std::chrono::milliseconds answer_wait)
    : connection_(std::move(connection)), answer_wait_(answer_wait) {
  sent(PQsetnonblocking(get(), 1) == 0 ? 1 : 0);
  // libpq would print them.
  PQsetNoticeProcessor(get(), [](void*, const char*) {}, nullptr);
}

void Link::lost() const {
  throw StorageError(connection_error(get()));
}

void Link::sent(int ok) const {
  if (ok != 1) lost();
}

void Link::flush_some() const {
  if (PQflush(get()) < 0) lost();
}

ResultPtr Link::next() {
  auto until = steady_clock::now() + answer_wait_;
  while (PQisBusy(get())) {
    const int more = PQflush(get());
    if (more < 0) lost();
    if (!wait_for_socket(get(), more > 0, until)) {
      throw StorageError(
          fmt::format("PostgreSQL did not answer within {} ms", answer_wait_.count()));
    }
    if (!PQconsumeInput(get())) lost();
    until = steady_clock::now() + answer_wait_;  // it reads or writes, so it lives
  }
  return ResultPtr(PQgetResult(get()));
}

bool Link::is_alive() {
  // What was sent before the end of the connection comes first.
  for (int i = 0; i < 2; ++i) {
    if (!PQconsumeInput(get()) || PQstatus(get()) == CONNECTION_BAD) return false;
  }
  return true;
}

}  // namespace cloudvno::storage::postgres
