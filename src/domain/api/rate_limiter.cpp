// Two fixed windows per key and group.
#include "domain/api/rate_limiter.hpp"

namespace cloudvno::api {
namespace {

struct Limits {
  std::int64_t per_second;
  std::int64_t per_minute;
};

// In the order of RateGroup.
constexpr std::array<Limits, 6> limits{
    {{100, 3'000}, {20, 1'000}, {50, 2'000}, {100, 5'000}, {10, 200}, {20, 500}}};

constexpr Limits lifted_limits{1'000'000, 60'000'000};

}  // namespace

RateDecision RateLimiter::take(const ApiKeySid& key, RateGroup group, bool lifted, Time now) {
  const std::int64_t second = to_seconds(now);
  const std::int64_t minute = second / 60;
  if (keys_.size() >= max_keys && !keys_.contains(key)) forget_idle(minute);
  auto& of_key = keys_[key];
  of_key.last_minute = minute;
  auto& windows = of_key.groups[static_cast<std::size_t>(group)];
  const auto& limit = lifted ? lifted_limits : limits[static_cast<std::size_t>(group)];
  if (windows.second != second) {
    windows.second = second;
    windows.in_second = 0;
  }
  if (windows.minute != minute) {
    windows.minute = minute;
    windows.in_minute = 0;
  }

  RateDecision decision;
  const bool minute_full = windows.in_minute >= limit.per_minute;
  decision.allowed = !minute_full && windows.in_second < limit.per_second;
  if (decision.allowed) {
    ++windows.in_second;
    ++windows.in_minute;
  }
  const std::int64_t left_second = limit.per_second - windows.in_second;
  const std::int64_t left_minute = limit.per_minute - windows.in_minute;
  // Nearest to its limit: the smaller share left (compared without division).
  if (minute_full || left_minute * limit.per_second < left_second * limit.per_minute) {
    decision.limit = limit.per_minute;
    decision.remaining = left_minute;
    decision.reset_s = (minute + 1) * 60;
  } else {
    decision.limit = limit.per_second;
    decision.remaining = left_second;
    decision.reset_s = second + 1;
  }
  if (!decision.allowed) decision.retry_after_s = decision.reset_s - second;
  return decision;
}

void RateLimiter::forget_idle(std::int64_t minute) {
  std::erase_if(keys_, [&](const auto& entry) { return entry.second.last_minute != minute; });
}

}  // namespace cloudvno::api
