// How fast submit_sm may go to a carrier that limits it: a bucket of tokens, one each.
#pragma once

#include <algorithm>
#include <cstddef>

#include "base/time.hpp"

namespace cloudvno::smpp {

// Pure; takes `now` of a clock that never goes back (Clock::elapsed). The bucket holds a tenth of a
// second's tokens, so that no second sees more than a tenth over the limit, and at least one.
class Pace {
 public:
  // 0 per second: no limit. `burst`: what the bucket holds, if not that tenth.
  explicit Pace(std::size_t per_second, Micros now = Micros::zero(), std::size_t burst = 0)
      : per_second_(per_second),
        most_(burst != 0 ? static_cast<std::int64_t>(burst) * second
                         : std::max<std::int64_t>(
                               second, static_cast<std::int64_t>(per_second) * second / 10)),
        level_(most_),
        at_(now) {}

  bool is_limited() const { return per_second_ != 0; }

  std::size_t tokens(Micros now) {
    refill(now);
    return static_cast<std::size_t>(level_ / second);
  }
  bool take(Micros now) {
    if (!is_limited()) return true;
    refill(now);
    if (level_ < second) return false;
    level_ -= second;
    return true;
  }
  // Until there is a token; zero where there is one.
  Micros wait(Micros now) {
    if (!is_limited()) return Micros::zero();
    refill(now);
    if (level_ >= second) return Micros::zero();
    const auto rate = static_cast<std::int64_t>(per_second_);
    return Micros((second - level_ + rate - 1) / rate);
  }

 private:
  static constexpr std::int64_t second = 1'000'000;  // also a token, in token-microseconds

  void refill(Micros now) {
    const auto passed = std::clamp<std::int64_t>((now - at_).count(), 0, 10 * second);
    at_ = std::max(at_, now);
    level_ = std::min(most_, level_ + passed * static_cast<std::int64_t>(per_second_));
  }

  std::size_t per_second_;
  std::int64_t most_;
  std::int64_t level_;
  Micros at_;
};

}  // namespace cloudvno::smpp
