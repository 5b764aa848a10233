// A phone number in E.164 (ITU-T E.164 section 6): '+', country code, national number, 15 digits at
// most. Or a short code: 3 to 6 digits without '+', which one country's carriers route by
// agreement; it sends and receives messages as a number does, but nothing is sent to it.
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
  // The same or a short code, "72345": what a message may come from.
  static std::optional<PhoneNumber> parse_sender(std::string_view text);

  // "+15550100"; of a short code its digits alone; empty if not yet set.
  const std::string& e164() const { return e164_; }
  std::string_view digits() const {  // "15550100"
    return std::string_view(e164_).substr(e164_.starts_with('+') ? 1 : 0);
  }
  bool is_short_code() const { return !e164_.empty() && e164_.front() != '+'; }
  auto operator<=>(const PhoneNumber&) const = default;

 private:
  explicit PhoneNumber(std::string e164) : e164_(std::move(e164)) {}

  std::string e164_;
};

}  // namespace cloudvno
