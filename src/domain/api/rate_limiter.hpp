// Requests per API key and group in two fixed windows, a second and a minute (product.md section
// 1).
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>

#include "base/model/sid.hpp"
#include "base/time.hpp"

namespace cloudvno::api {

enum class RateGroup : std::uint8_t { messages, calls, verification, lookups, numbers, proxy };

struct RateDecision {
  bool allowed = true;
  // Of the window that is nearest to its limit.
  std::int64_t limit = 0;
  std::int64_t remaining = 0;
  std::int64_t reset_s = 0;        // Unix seconds at which that window begins anew
  std::int64_t retry_after_s = 0;  // when refused
};

// Lives on the control thread. Keeps at most max_keys windows; beyond that it forgets those whose
// minute is over.
class RateLimiter {
 public:
  // Counts the request if it is allowed; a refused one costs nothing.
  // `lifted`: an account whose limits the operator lifted; it is counted all the same, against
  // limits that no client reaches.
  RateDecision take(const ApiKeySid& key, RateGroup group, bool lifted, Time now);

 private:
  struct Windows {
    std::int64_t second = 0;
    std::int64_t minute = 0;
    std::int64_t in_second = 0;
    std::int64_t in_minute = 0;
  };
  struct KeyWindows {
    std::array<Windows, 6> groups;
    std::int64_t last_minute = 0;
  };
  static constexpr std::size_t max_keys = 100'000;

  void forget_idle(std::int64_t minute);

  std::unordered_map<ApiKeySid, KeyWindows> keys_;
};

}  // namespace cloudvno::api
