// Waiting for something that happens on the same thread, or for a time.
#pragma once

#include <boost/asio/steady_timer.hpp>

#include "base/clock.hpp"
#include "platform/net/task.hpp"

namespace cloudvno::net {

// A flag that one task waits for. set() before wait() is not lost; several set() count once. Lives
// on one executor; wait and set there. Being cancelled throws operation_aborted.
class Event {
 public:
  explicit Event(Executor executor) : timer_(std::move(executor)) {}

  void set();
  bool is_set() const { return set_; }
  // All three take the flag back. False: the time came first.
  Task<> wait();
  Task<bool> wait_for(std::chrono::steady_clock::duration at_most);
  Task<bool> wait_until(const Clock& clock, Time deadline);

 private:
  Task<bool> wait_until_steady(std::chrono::steady_clock::time_point deadline);

  boost::asio::steady_timer timer_;
  bool set_ = false;
};

Task<> sleep_for(std::chrono::steady_clock::duration duration);
// Looks at the clock again at least once a second, so that a clock that was set is noticed; at a
// ManualClock, which tells nobody that it was moved, each millisecond.
Task<> sleep_until(const Clock& clock, Time time);

}  // namespace cloudvno::net
