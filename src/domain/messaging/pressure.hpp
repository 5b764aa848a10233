// How much of its window a carrier is given: less while it says "too fast" or "queue full"
// (SMPP 3.4 section 5.1.3, ESME_RTHROTTLED and ESME_RMSGQFUL), all of it again soon after.
#pragma once

#include <algorithm>
#include <chrono>

#include "base/time.hpp"

namespace cloudvno::messaging {

// Each refusal in its turn halves the share and doubles the pause, at most once a pause; each
// acceptance gives one place back.
class Pressure {
 public:
  static constexpr std::chrono::milliseconds first_pause{100};
  static constexpr std::chrono::milliseconds longest_pause{2'000};

  // Places that may be used of the carrier's window.
  std::size_t places(std::size_t window, Micros now) const {
    return now < paused_until_ ? 0 : std::min(window, share_);
  }
  // `in_use`: places that were used when the carrier said so.
  void throttled(std::size_t in_use, Micros now) {
    if (now < paused_until_) return;
    share_ = std::max<std::size_t>(1, std::min(share_, in_use) / 2);
    pause_ = std::clamp<Micros>(pause_ * 2, first_pause, longest_pause);
    paused_until_ = now + pause_;
  }
  void accepted() {
    pause_ = Micros(0);
    if (share_ < most) ++share_;
  }
  Micros paused_until() const { return paused_until_; }

 private:
  static constexpr std::size_t most = 100'000;  // more than any window

  std::size_t share_ = most;
  Micros pause_{0};
  Micros paused_until_{0};
};

}  // namespace cloudvno::messaging
