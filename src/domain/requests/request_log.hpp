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
  // Lines that wait for the store: at 100 to a tenth of a second's tick, and for the seconds in
  // which the store is away. Beyond it they are dropped and counted.
  static constexpr std::size_t most_waiting = 20'000;
  // Lines a transaction: others that write wait that long for their commit, about 2 ms.
  static constexpr std::size_t batch = 250;

  explicit RequestLog(storage::Database& database);

  // Adds GET /v1/request_logs, and notes from here on what the Api answered.
  void mount(api::Api& api);

  // Writes what has been noted until now; call often, and after the last request. While the store
  // fails lines wait for the next call. One call at a time.
  net::Task<> write();
  std::size_t waiting() const { return waiting_.size(); }

 private:
  void note(const api::Answered& answered);

  storage::Database& database_;
  std::deque<PendingRequest> waiting_;
};

}  // namespace cloudvno::requests
