// Texts of answers: their white space, their characters.
#pragma once

#include <string>
#include <string_view>

#include "base/utf8.hpp"

namespace cloudvno::twiml {

// Without XML's white space (XML 1.0 section 2.3) at both ends.
constexpr std::string_view trimmed(std::string_view text) {
  constexpr std::string_view white = " \t\r\n";
  const auto first = text.find_first_not_of(white);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(white) - first + 1);
}

// ISO 8859-1 as UTF-8.
inline std::string latin1_to_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) append_utf8(out, static_cast<unsigned char>(c));
  return out;
}

}  // namespace cloudvno::twiml
