// Numbers of one length of which some digits are fixed: "1415???7777". They are found in sorted
// order by leaping: from a number that does not fit to the next one that may.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cloudvno::numbers {

class DigitMask {
 public:
  static constexpr char free = '?';

  // Digits and '?', 1 to 15 of them.
  explicit DigitMask(std::string text) : text_(std::move(text)) {}

  const std::string& text() const { return text_; }
  bool fits(std::string_view digits) const;
  // Both at once; nothing if they ask for two digits in one place. Of the same length.
  std::optional<DigitMask> with(const DigitMask& other) const;
  // From the last digit to the first.
  DigitMask reversed() const;

  // The smallest and the largest number that fits.
  std::string least() const;
  std::string largest() const;
  // The smallest that fits and is not less than `digits`, of the same length; nothing if none.
  std::optional<std::string> next_from(std::string_view digits) const;
  // All that fit stand side by side: no digit is fixed behind a free one.
  bool is_prefix() const { return free_before_last_fixed() == 0; }
  // How many free digits stand before the last fixed one: ten times as many leaps for each.
  int free_before_last_fixed() const;

 private:
  std::string text_;
};

// The number after this one, of the same length; nothing after 99…9.
std::optional<std::string> next_digits(std::string_view digits);

}  // namespace cloudvno::numbers
