// How long to wait before the next try: twice as long each time, within bounds.
#pragma once

#include <algorithm>

#include "base/random.hpp"
#include "base/time.hpp"

namespace cloudvno::smpp {

class Backoff {
 public:
  Backoff(Micros least, Micros most) : least_(least), most_(most), next_(least) {}

  // Between half of the present wait and the whole of it, by chance, so that the links that one
  // event broke do not all come back at once.
  Micros next() {
    Micros whole = next_;
    next_ = std::min(next_ * 2, most_);
    auto half = static_cast<std::uint64_t>(whole.count() / 2);
    return Micros(static_cast<std::int64_t>(half + random_u64() % (half + 1)));
  }

  void reset() { next_ = least_; }

 private:
  Micros least_;
  Micros most_;
  Micros next_;
};

}  // namespace cloudvno::smpp
