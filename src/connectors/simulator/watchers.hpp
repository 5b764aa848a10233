// Requests that wait until something happens on a handset (long poll).
#pragma once

#include <list>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "connectors/simulator/conversations.hpp"
#include "platform/net/event.hpp"

namespace cloudvno::simulator {

// Lives on the control thread. At most `most_waiting` requests wait; beyond that wait() ends at
// once, as it does after close().
class Watchers {
 public:
  static constexpr std::size_t most_waiting = 1'000;

  Watchers(net::Executor control, const Clock& clock) : control_(control), clock_(clock) {}

  // Ends when changed() names one of the lines, with the handset where one is given, or at the
  // deadline. False: it did not wait, because too many do.
  net::Task<bool> wait(std::vector<HeldLine> lines, std::optional<PhoneNumber> handset,
                       Time deadline);
  void changed(const Pair& pair);
  // Ends all waits, for shutdown.
  void close();
  std::size_t waiting() const { return waiting_.size(); }

 private:
  struct Waiter {
    std::vector<HeldLine> lines;
    std::optional<PhoneNumber> handset;
    net::Event event;
  };

  net::Executor control_;
  const Clock& clock_;
  std::list<Waiter> waiting_;
  bool closed_ = false;
};

}  // namespace cloudvno::simulator
