// Writes of a call that runs: in their order, behind what happens, until the store takes them. So a
// store that is away stops no call.
#pragma once

#include <deque>
#include <functional>
#include <vector>

#include "base/result.hpp"
#include "domain/voice/write_turns.hpp"
#include "domain/webhooks/webhooks.hpp"
#include "platform/net/runtime.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::voice {

// Lives on the control thread; shared by its owner and the task that writes, which may be the later
// to end.
class WriteBehind : public std::enable_shared_from_this<WriteBehind> {
 public:
  // Runs on a storage thread, perhaps again: it must be its own copy of all that it needs.
  using Body =
      std::function<Result<>(storage::Transaction&, std::vector<webhooks::Delivery>& told)>;
  static constexpr std::size_t most_waiting = 512;

  WriteBehind(storage::Database& database, webhooks::Webhooks& webhooks, net::TaskGroup& tasks,
              WriteTurns& turns)
      : database_(database), webhooks_(webhooks), tasks_(tasks), turns_(turns) {}

  void push(Body body);
  // The same, but false and dropped while most_waiting others wait: for what the record of a call
  // can do without.
  bool push_if_room(Body body);
  // Its turn has come.
  void begin();
  bool is_empty() const { return waiting_.empty(); }
  // Called once when there is nothing to write, or now if there is not.
  void when_empty(std::function<void()> call);

 private:
  net::Task<> write();

  storage::Database& database_;
  webhooks::Webhooks& webhooks_;
  net::TaskGroup& tasks_;
  WriteTurns& turns_;
  std::deque<Body> waiting_;
  bool writing_ = false;
  bool away_ = false;  // the store is, as was logged
  std::function<void()> when_empty_;
};

}  // namespace cloudvno::voice
