// White space around texts.
#pragma once

#include <string_view>

namespace cloudvno::twiml {

// Without XML's white space (XML 1.0 section 2.3) at both ends.
constexpr std::string_view trimmed(std::string_view text) {
  constexpr std::string_view white = " \t\r\n";
  const auto first = text.find_first_not_of(white);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(white) - first + 1);
}

}  // namespace cloudvno::twiml
