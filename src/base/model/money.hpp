// Money in millionths of a unit of currency, so that the price of one message is a whole number.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cloudvno {

struct Money {
  std::int64_t micros = 0;

  auto operator<=>(const Money&) const = default;
  Money operator*(std::int64_t count) const { return {micros * count}; }

  std::string str() const;  // "0.0079": at least two decimals, no needless zeros after them
  static std::optional<Money> parse(std::string_view decimal);  // at most six decimals
};

}  // namespace cloudvno
