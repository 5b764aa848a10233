// Reading E.164 numbers.
#include "base/model/phone_number.hpp"

#include <algorithm>

namespace cloudvno {

std::optional<PhoneNumber> PhoneNumber::parse(std::string_view text) {
  if (text.empty() || text.front() != '+' || text.size() > 32) return std::nullopt;
  std::string e164 = "+";
  for (const char c : text.substr(1)) {
    if (c >= '0' && c <= '9') {
      e164 += c;
    } else if (c != ' ' && c != '-' && c != '.' && c != '(' && c != ')') {
      return std::nullopt;
    }
  }
  if (e164.size() < 8 || e164.size() > 16 || e164[1] == '0') return std::nullopt;
  return PhoneNumber(std::move(e164));
}

std::optional<PhoneNumber> PhoneNumber::parse_sender(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.size() >= 3 && text.size() <= 6 && std::ranges::all_of(text, is_digit)) {
    return PhoneNumber(std::string(text));
  }
  return parse(text);
}

}  // namespace cloudvno
