// How fast a sender may send (product.md section 1), counted in segments.
#pragma once

#include <algorithm>
#include <chrono>
#include <string_view>

#include "base/time.hpp"

namespace cloudvno::messaging {

// Segments a second: long codes 1, toll-free numbers 3, short codes 500.
constexpr double pace_of(std::string_view sender_type) {
  if (sender_type == "toll-free") return 3;
  if (sender_type == "short-code") return 500;
  return 1;
}

// A sender's turn (a virtual scheduling algorithm, ITU-T I.371 annex A): what went out says when
// the next may go. A fast sender may be up to a tenth of a second ahead, since timers are not
// finer.
class Pace {
 public:
  bool may_send(Micros now) const { return now + ahead_ >= next_; }
  // When may_send() becomes true.
  Micros next() const { return next_ - ahead_; }
  void sent(int segments, double per_second, Micros now) {
    if (per_second <= 0) return;
    const auto takes = Micros(static_cast<std::int64_t>(1e6 * segments / per_second));
    next_ = std::max(next_, now) + takes;
    ahead_ = per_second >= 10 ? std::chrono::milliseconds(100) : Micros(0);
  }
  // Says nothing about the future any more, and can be forgotten.
  bool is_over(Micros now) const { return next_ <= now; }

 private:
  Micros next_{0};
  Micros ahead_{0};
};

}  // namespace cloudvno::messaging
