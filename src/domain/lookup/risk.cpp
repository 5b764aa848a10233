// The table of what makes a number suspect.
#include "domain/lookup/risk.hpp"

#include <algorithm>

namespace cloudvno::lookup {
namespace {

// Countries whose termination costs a multiple of the usual, and that artificially inflated traffic
// goes to for that reason, as carriers' published price lists and warnings have them.
constexpr std::string_view high_cost[] = {
    "AF", "AZ", "BD", "BI", "BJ", "BT", "BY", "CD", "CF", "CG", "CU", "DJ", "DZ", "ER",
    "ET", "FK", "GA", "GM", "GN", "GW", "ID", "IQ", "IR", "JO", "KG", "KI", "KM", "LA",
    "LK", "LR", "LY", "MG", "ML", "MM", "MR", "MV", "MW", "NE", "NG", "NP", "NR", "OM",
    "PG", "PK", "PS", "RU", "RW", "SB", "SD", "SL", "SN", "SO", "SS", "ST", "SY", "TD",
    "TG", "TJ", "TL", "TM", "TN", "TO", "TV", "UZ", "VU", "YE", "ZM", "ZW"};
static_assert(std::ranges::is_sorted(high_cost));

int points_of(LineType type) {
  switch (type) {
    case LineType::premium_rate:
      return 90;
    case LineType::shared_cost:
    case LineType::uan:
    case LineType::pager:
    case LineType::voicemail:
      return 60;
    case LineType::toll_free:
    case LineType::personal:
      return 45;
    case LineType::voip:
      return 20;
    case LineType::fixed_line:
      return 10;
    default:
      return 0;
  }
}

}  // namespace

bool is_high_cost(std::string_view country) {
  return std::ranges::binary_search(high_cost, country);
}

NumberRisk judge_number(const Parsed& number) {
  NumberRisk risk;
  const auto add = [&](std::string_view name, int points) {
    if (points == 0) return;
    risk.reasons.push_back({name, points});
    risk.score = std::min(100, risk.score + points);
  };
  if (!number.is_possible()) {
    add("impossible_number", 100);
    return risk;
  }
  // The plan may be older than the range, so that alone does not condemn a number.
  if (!number.is_valid()) add("unassigned_range", 40);
  add("line_type", points_of(number.type));
  const auto country = number.region ? std::string_view(number.region->country) : "";
  // Satellite and international networks (ITU-T E.164.1) have no country, and cost the most.
  if (number.main_region && number.main_region->country == "001" &&
      number.type != LineType::toll_free) {
    add("international_network", 60);
  }
  if (is_high_cost(country)) add("high_cost_country", 25);
  return risk;
}

}  // namespace cloudvno::lookup
