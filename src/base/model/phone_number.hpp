// A phone number in E.164 (ITU-T E.164 section 6): '+', country code, national number, 15 digits at
// most.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace cloudvno {

class PhoneNumber {
 public:
  PhoneNumber() = default;

  // Accepts "+15550100" and the same with spaces, dots, hyphens or brackets between the digits. 7
  // to 15 digits, the first not 0. Says nothing of whether the number is assigned.
  static std::optional<PhoneNumber> parse(std::string_view text);

  const std::string& e164() const { return e164_; }  // "+15550100"; empty if not yet set
  std::string_view digits() const {                  // "15550100"
    return std::string_view(e164_).substr(e164_.empty() ? 0 : 1);
  }
  auto operator<=>(const PhoneNumber&) const = default;

 private:
  explicit PhoneNumber(std::string e164) : e164_(std::move(e164)) {}

  std::string e164_;
};

}  // namespace cloudvno
