// How likely traffic to a number is fraud, by what the number is alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/lookup/numbering_plan.hpp"

namespace cloudvno::lookup {

struct RiskReason {
  std::string_view name;
  int points = 0;
};

struct NumberRisk {
  int score = 0;  // 0 to 100
  std::vector<RiskReason> reasons;
};

// Deterministic; the sum of its reasons, at most 100.
NumberRisk judge_number(const Parsed& number);

// Whether messages or calls there cost so much that they are sent for their cost's sake.
bool is_high_cost(std::string_view country);

}  // namespace cloudvno::lookup
