// Requests that wait until something happens on a telephone.
#include "connectors/phones/watchers.hpp"

namespace cloudvno::phones {

net::Task<bool> Watchers::wait(PhoneKey phone, Time deadline) {
  if (closed_ || waiting_.size() >= most_waiting) co_return false;
  const auto place = waiting_.emplace(waiting_.end(), std::move(phone), net::Event(control_));
  // Also when the wait is cancelled, which throws.
  struct Leave {
    std::list<Waiter>& waiting;
    std::list<Waiter>::iterator place;
    ~Leave() { waiting.erase(place); }
  } leave{waiting_, place};
  co_await place->event.wait_until(clock_, deadline);
  co_return true;
}

void Watchers::changed(const PhoneKey& phone) {
  for (auto& waiter : waiting_) {
    if (waiter.phone == phone) waiter.event.set();
  }
}

void Watchers::close() {
  closed_ = true;
  for (auto& waiter : waiting_) waiter.event.set();
}

}  // namespace cloudvno::phones
