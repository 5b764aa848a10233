// Fiction ranges of four countries.
#include "domain/numbers/sandbox_inventory.hpp"

#include <fmt/format.h>

#include <array>
#include <vector>

#include "base/random.hpp"

namespace cloudvno::numbers {
namespace {

struct Range {
  std::string_view country;
  std::string_view type;
  std::string_view prefix;  // E.164 digits
  int digits;               // that follow, all free
};

// The US area codes are a sample of those in service; 201 belongs to the handsets.
constexpr std::array ranges{
    Range{"US", "local", "120255501", 2},  Range{"US", "local", "121255501", 2},
    Range{"US", "local", "121355501", 2},  Range{"US", "local", "130555501", 2},
    Range{"US", "local", "131255501", 2},  Range{"US", "local", "140455501", 2},
    Range{"US", "local", "141555501", 2},  Range{"US", "local", "151255501", 2},
    Range{"US", "local", "160255501", 2},  Range{"US", "local", "161755501", 2},
    Range{"US", "local", "170255501", 2},  Range{"US", "local", "171355501", 2},
    Range{"US", "local", "180855501", 2},  Range{"US", "local", "190755501", 2},
    Range{"US", "local", "191955501", 2},  Range{"US", "toll-free", "180055501", 2},
    Range{"GB", "mobile", "447700900", 3}, Range{"GB", "local", "442079460", 3},
    Range{"FR", "mobile", "3363998", 4},   Range{"FR", "local", "3319900", 4},
    Range{"AU", "local", "6125550", 4},
};
constexpr std::string_view handset_prefix = "120155501";

}  // namespace

std::optional<SandboxNumber> draw_sandbox_number(std::string_view country) {
  std::vector<const Range*> fitting;
  for (const auto& range : ranges) {
    if (range.country == country) fitting.push_back(&range);
  }
  if (fitting.empty()) return std::nullopt;
  const auto& range = *fitting[random_u64() % fitting.size()];
  const int size = range.digits == 2 ? 100 : range.digits == 3 ? 1'000 : 10'000;
  const auto number = PhoneNumber::parse(fmt::format(
      "+{}{:0{}}", range.prefix, random_u64() % static_cast<unsigned>(size), range.digits));
  if (!number) return std::nullopt;
  return SandboxNumber{*number, range.country, range.type};
}

bool is_sandbox_number(const PhoneNumber& number) {
  const auto fits = [&](std::string_view prefix, int digits) {
    return number.digits().size() == prefix.size() + static_cast<std::size_t>(digits) &&
           number.digits().starts_with(prefix);
  };
  return fits(handset_prefix, 2) || std::ranges::any_of(ranges, [&](const Range& range) {
           return fits(range.prefix, range.digits);
         });
}

}  // namespace cloudvno::numbers
