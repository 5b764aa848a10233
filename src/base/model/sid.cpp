// Making and recognising SIDs.
#include "base/model/sid.hpp"

#include <algorithm>
#include <cstdint>
#include <mutex>

#include "base/random.hpp"

namespace cloudvno::detail {
namespace {

constexpr char digits[] = "0123456789abcdef";

using Tail = std::array<std::uint8_t, 10>;

struct Millisecond {
  std::uint64_t millis = 0;
  Tail last{};
};

// Random, but within one millisecond each greater than the one before (by a random step of up to
// 2^32), so that what this process makes also sorts by age where a millisecond makes several. What
// has waited is made for a millisecond that is over, between others': so the last of each of the
// last 256 is known.
Tail next_tail(std::uint64_t millis) {
  static std::mutex mutex;
  static std::array<Millisecond, 256> recent{};
  const std::scoped_lock lock(mutex);
  auto& now = recent[millis % recent.size()];
  if (millis == now.millis) {
    std::uint64_t carry = (random_u64() >> 32) + 1;
    for (std::size_t i = now.last.size(); i-- > 0 && carry != 0;) {
      carry += now.last[i];
      now.last[i] = static_cast<std::uint8_t>(carry);
      carry >>= 8;
    }
    if (carry == 0) return now.last;
  }
  now.millis = millis;
  fill_random(now.last);
  return now.last;
}

}  // namespace

void make_sid(SidText& out, std::string_view prefix, Time now) {
  out[0] = prefix[0];
  out[1] = prefix[1];
  auto millis = static_cast<std::uint64_t>(to_micros(now) / 1000);
  const auto tail = next_tail(millis);
  for (int place = 13; place >= 2; --place) {
    out[static_cast<std::size_t>(place)] = digits[millis & 15];
    millis >>= 4;
  }
  for (std::size_t i = 0; i < tail.size(); ++i) {
    out[14 + 2 * i] = digits[tail[i] >> 4];
    out[15 + 2 * i] = digits[tail[i] & 15];
  }
}

bool is_sid(std::string_view text, std::string_view prefix) {
  return text.size() == 34 && text.starts_with(prefix) &&
         std::all_of(text.begin() + 2, text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace cloudvno::detail
