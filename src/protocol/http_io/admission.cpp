// The line at the door.
#include "protocol/http_io/admission.hpp"

namespace cloudvno::http_io {

bool Admission::has_room(const std::string& host) const {
  if (all_ >= bounds_.all) return false;
  const auto found = hosts_.find(host);
  return found == hosts_.end() || found->second < bounds_.per_host;
}

void Admission::count(const std::string& host) {
  ++all_;
  ++hosts_[host];
}

net::Task<bool> Admission::enter(const std::string& host, std::chrono::milliseconds at_most) {
  if (has_room(host)) {
    count(host);
    co_return true;
  }
  if (waiting_.size() >= bounds_.waiting) co_return false;
  Waiting self{host, net::Event(executor_)};
  // Leaves the line however the wait ends, and the room too, if it ends by cancellation.
  struct Place {
    Admission& admission;
    Waiting& waiting;
    std::list<Waiting*>::iterator at;
    bool stays = false;
    ~Place() {
      if (!waiting.inside) {
        admission.waiting_.erase(at);
      } else if (!stays) {
        admission.leave(waiting.host);
      }
    }
  } place{*this, self, waiting_.insert(waiting_.end(), &self)};
  co_await self.admitted.wait_for(at_most);
  place.stays = self.inside;
  co_return self.inside;
}

void Admission::leave(const std::string& host) {
  --all_;
  const auto found = hosts_.find(host);
  if (--found->second == 0) hosts_.erase(found);
  for (auto at = waiting_.begin(); at != waiting_.end() && all_ < bounds_.all; ++at) {
    auto& next = **at;
    if (!has_room(next.host)) continue;
    count(next.host);
    next.inside = true;
    next.admitted.set();
    waiting_.erase(at);
    return;
  }
}

}  // namespace cloudvno::http_io
