// Money as decimal text.
#include "base/model/money.hpp"

#include <fmt/format.h>

namespace cloudvno {

std::string Money::str() const {
  const std::uint64_t size =
      micros < 0 ? 0 - static_cast<std::uint64_t>(micros) : static_cast<std::uint64_t>(micros);
  auto text = fmt::format("{}{}.{:06}", micros < 0 ? "-" : "", size / 1'000'000, size % 1'000'000);
  const auto shortest = text.find('.') + 3;
  while (text.size() > shortest && text.back() == '0') text.pop_back();
  return text;
}

std::optional<Money> Money::parse(std::string_view decimal) {
  const bool negative = decimal.starts_with('-');
  if (negative) decimal.remove_prefix(1);
  std::int64_t micros = 0;
  int decimals = -1;
  int digits = 0;
  for (const char c : decimal) {
    if (c == '.' && decimals < 0) {
      decimals = 0;
      continue;
    }
    if (c < '0' || c > '9' || ++digits > 15 || (decimals >= 0 && ++decimals > 6))
      return std::nullopt;
    micros = micros * 10 + (c - '0');
  }
  if (digits == 0) return std::nullopt;
  int left = 6 - (decimals < 0 ? 0 : decimals);
  if (digits + left > 18) return std::nullopt;
  while (left-- > 0) micros *= 10;
  return Money{negative ? -micros : micros};
}

}  // namespace cloudvno
