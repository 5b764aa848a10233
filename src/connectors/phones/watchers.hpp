// Requests that wait until something happens on a telephone (long poll).
#pragma once

#include <list>

#include "base/clock.hpp"
#include "connectors/phones/phone_book.hpp"
#include "platform/net/event.hpp"

namespace cloudvno::phones {

// Lives on the control thread. At most `most_waiting` requests wait; beyond that wait() ends at
// once, as it does after close().
class Watchers {
 public:
  static constexpr std::size_t most_waiting = 1'000;

  Watchers(net::Executor control, const Clock& clock) : control_(control), clock_(clock) {}

  // Ends when changed() names the telephone, or at the deadline. False: it did not wait, because
  // too many do.
  net::Task<bool> wait(PhoneKey phone, Time deadline);
  void changed(const PhoneKey& phone);
  // Ends all waits, for shutdown.
  void close();
  std::size_t waiting() const { return waiting_.size(); }

 private:
  struct Waiter {
    PhoneKey phone;
    net::Event event;
  };

  net::Executor control_;
  const Clock& clock_;
  std::list<Waiter> waiting_;
  bool closed_ = false;
};

}  // namespace cloudvno::phones
