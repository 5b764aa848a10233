// What the customer is told of a code that the guard did not let go.
#pragma once

#include <span>
#include <string>

#include "domain/fraud/guard.hpp"

namespace cloudvno::verify {

// By the heaviest reason; a sentence, or two.
std::string why_blocked(std::span<const fraud::Reason> reasons);

}  // namespace cloudvno::verify
