// Lets the writes of many calls begin together, so that they share a commit.
//
// What happens to one call says nothing of when something happens to the next: without this, of
// hundreds of calls a second nearly every change of state was a commit of its own, with a sync that
// costs more than the rows. Nobody waits for these writes.
#pragma once

#include <memory>
#include <vector>

#include "platform/net/runtime.hpp"

namespace cloudvno::voice {

class WriteBehind;

// Lives on the control thread, as those who join.
class WriteTurns {
 public:
  explicit WriteTurns(net::TaskGroup& tasks) : tasks_(tasks) {}

  // Has it write within a few milliseconds.
  void join(std::shared_ptr<WriteBehind> writes);
  // Has all that joined begin now: before the tasks are cancelled.
  void begin();

 private:
  net::Task<> turn();

  net::TaskGroup& tasks_;
  std::vector<std::shared_ptr<WriteBehind>> joined_;
};

}  // namespace cloudvno::voice
