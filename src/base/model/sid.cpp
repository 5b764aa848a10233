// Making and recognising SIDs.
#include "base/model/sid.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "base/random.hpp"

namespace cloudvno::detail {
namespace {

constexpr char digits[] = "0123456789abcdef";

}  // namespace

void make_sid(SidText& out, std::string_view prefix, Time now) {
  out[0] = prefix[0];
  out[1] = prefix[1];
  auto millis = static_cast<std::uint64_t>(to_micros(now) / 1000);
  for (int place = 13; place >= 2; --place) {
    out[static_cast<std::size_t>(place)] = digits[millis & 15];
    millis >>= 4;
  }
  std::array<std::uint8_t, 10> random;
  fill_random(random);
  for (std::size_t i = 0; i < random.size(); ++i) {
    out[14 + 2 * i] = digits[random[i] >> 4];
    out[15 + 2 * i] = digits[random[i] & 15];
  }
}

bool is_sid(std::string_view text, std::string_view prefix) {
  return text.size() == 34 && text.starts_with(prefix) &&
         std::all_of(text.begin() + 2, text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace cloudvno::detail
