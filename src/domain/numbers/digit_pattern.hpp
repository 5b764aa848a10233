// The pattern of a search for numbers (parameter `contains`).
//
//   "777"        these digits anywhere
//   "+1415"      at the beginning of the number with its country code
//   "415*"       `*` is any run of digits, also none; the pattern is then the whole number, with
//   "*7777"      its country code or without; after "+" with it
//   "*PIZZA"     letters are the keys of a telephone that they stand on (ITU-T E.161)
//
// Blanks, dots, hyphens and brackets between the digits count for nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/numbers/digit_mask.hpp"

namespace cloudvno::numbers {

class DigitPattern {
 public:
  static constexpr std::size_t longest = 64;

  // Nothing for a text that is no pattern. A blank at the beginning is the '+' of a query that was
  // not encoded.
  static std::optional<DigitPattern> parse(std::string_view text);

  // `digits` of a number with its calling code; `calling_code` may be empty.
  bool fits(std::string_view digits, std::string_view calling_code) const;

  // Masks of `length` digits that let through all that fits, and little else: at most 30.
  std::vector<DigitMask> masks(std::size_t length, std::string_view calling_code) const;

 private:
  // Of a number without its calling code (offset: how many digits that has) or with it (0).
  void add_masks(std::vector<DigitMask>& masks, std::size_t length, std::size_t offset) const;
  bool fits_whole(std::string_view digits) const;

  std::vector<std::string> pieces_;  // between the `*`, none empty
  bool open_start_ = false;          // a `*` before the first piece
  bool open_end_ = false;            // and behind the last
  bool international_ = false;       // with the calling code only
};

}  // namespace cloudvno::numbers
