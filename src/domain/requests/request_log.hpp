// The request log's one writer, and its route.
#pragma once

#include <deque>

#include "domain/api/api.hpp"
#include "domain/requests/request_store.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::requests {

// Lives on the control thread.
class RequestLog {
 public:
  // Lines that wait for the store: of a burst, and of the seconds in which the store is away.
  // Beyond it they are dropped and counted.
  static constexpr std::size_t most_waiting = 20'000;
  // Lines a write: at ten writes a second the log takes at most 5,000 lines/s, and fewer where a
  // step takes the store more than 10 ms. It is bounded
  // because it is not what a store is for: at 20,000 requests/s, unbounded, it took a fifth of the
  // machine and the API lost a third of its speed.
  static constexpr std::size_t batch = 500;
  // Lines a transaction, of about 0.3 ms: in one of 3 ms, whatever else wants the storing thread or
  // its core waits for that long, and that was the 99th percentile of all that is answered from
  // memory.
  static constexpr std::size_t step = 50;

  explicit RequestLog(storage::Database& database);

  // Adds GET /v1/request_logs, and notes from here on what the Api answered.
  void mount(api::Api& api);

  // Writes the oldest lines, a batch at most, step by step. While the store fails they wait for the
  // next call. One call at a time.
  net::Task<> write();
  // After the last request: writes what waits, until nothing does or the store fails.
  net::Task<> finish();
  std::size_t waiting() const { return waiting_.size(); }

 private:
  void note(const api::Answered& answered);
  // False where the store failed.
  net::Task<bool> write_step(std::size_t count);

  storage::Database& database_;
  std::deque<PendingRequest> waiting_;
};

}  // namespace cloudvno::requests
