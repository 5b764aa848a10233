// Requests that wait until something happens on a handset.
#include "connectors/simulator/watchers.hpp"

#include <algorithm>

namespace cloudvno::simulator {

net::Task<bool> Watchers::wait(std::vector<HeldLine> lines, std::optional<PhoneNumber> handset,
                               Time deadline) {
  if (closed_ || waiting_.size() >= most_waiting) co_return false;
  const auto place =
      waiting_.emplace(waiting_.end(), std::move(lines), std::move(handset), net::Event(control_));
  // Also when the wait is cancelled, which throws.
  struct Leave {
    std::list<Waiter>& waiting;
    std::list<Waiter>::iterator place;
    ~Leave() { waiting.erase(place); }
  } leave{waiting_, place};
  co_await place->event.wait_until(clock_, deadline);
  co_return true;
}

void Watchers::changed(const Pair& pair) {
  for (auto& waiter : waiting_) {
    if (waiter.handset && *waiter.handset != pair.handset) continue;
    const auto line = std::ranges::find(waiter.lines, pair.line, &HeldLine::number);
    if (line != waiter.lines.end()) waiter.event.set();
  }
}

void Watchers::close() {
  closed_ = true;
  for (auto& waiter : waiting_) waiter.event.set();
}

}  // namespace cloudvno::simulator
