// Reasons in words.
#include "domain/verify/why_blocked.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cloudvno::verify {

std::string why_blocked(std::span<const fraud::Reason> reasons) {
  const auto heaviest = std::ranges::max_element(reasons, {}, &fraud::Reason::points);
  if (heaviest == reasons.end()) return "The risk was judged too high, so no code was sent.";
  if (heaviest->name == "country_not_allowed") {
    return "The account sends no codes to this country: `countries` of `POST /v1/fraud/settings` "
           "opens it (country_not_allowed).";
  }
  if (heaviest->name == "prefix_blocked") {
    return "No code is sent to this range of numbers for now: `GET /v1/fraud/blocks` says how long "
           "(prefix_blocked).";
  }
  return fmt::format("The risk was judged too high, so no code was sent ({}).", heaviest->name);
}

}  // namespace cloudvno::verify
