// Reading E.164 numbers.
#include "base/model/phone_number.hpp"

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

}  // namespace cloudvno
