// What one contender did in one round.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

namespace cloudvno::bench {

using std::chrono::steady_clock;

struct Measured {
  std::size_t rows = 0;  // durable when the round ended
  steady_clock::duration time{0};
  std::vector<steady_clock::duration> waits;  // each from asking until what was asked is durable

  double rows_a_second() const {
    return static_cast<double>(rows) / std::chrono::duration<double>(time).count();
  }
  // In milliseconds; `part` from 0 to 1.
  double wait(double part) {
    if (waits.empty()) return 0;
    const auto place = static_cast<std::ptrdiff_t>(part * static_cast<double>(waits.size() - 1));
    std::nth_element(waits.begin(), waits.begin() + place, waits.end());
    return std::chrono::duration<double, std::milli>(waits[static_cast<std::size_t>(place)])
        .count();
  }
};

}  // namespace cloudvno::bench
