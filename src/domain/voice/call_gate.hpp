// How many calls an account may have at once and begin a second; and the line of those that wait.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>

#include "base/model/sid.hpp"
#include "base/time.hpp"

namespace cloudvno::voice {

struct CallLimits {
  std::size_t concurrent = 200;  // that it makes or takes; legs that Dial makes do not count
  double per_second = 20;        // outgoing calls that begin
  std::size_t waiting = 10'000;  // of all accounts
};

// Lives on the control thread.
class CallGate {
 public:
  explicit CallGate(CallLimits limits) : limits_(limits) {}

  bool may_wait() const { return waiting_ < limits_.waiting; }
  // Begins at once or when its turn comes, by tick(). An account without limits has neither.
  void wait(const AccountSid& account, bool limited, std::function<void()> begin);
  // An incoming call: it cannot wait.
  bool take_place(const AccountSid& account, bool limited);
  void ended(const AccountSid& account);
  // Lets those begin whose turn it is. Every tenth of a second.
  void tick(Micros elapsed);

  std::size_t waiting() const { return waiting_; }

 private:
  struct Line {
    std::size_t running = 0;
    double turns = 0;  // that may begin now
    bool limited = true;
    std::deque<std::function<void()>> waiting;
  };

  void begin_ready(Line& line);

  const CallLimits limits_;
  std::map<AccountSid, Line> lines_;
  std::size_t waiting_ = 0;
  Micros ticked_at_{0};
};

}  // namespace cloudvno::voice
