// Leaping through numbers that fit a mask.
#include "domain/numbers/digit_mask.hpp"

#include <algorithm>

namespace cloudvno::numbers {
namespace {

std::string fill(std::string text, char digit) {
  std::ranges::replace(text, DigitMask::free, digit);
  return text;
}

}  // namespace

bool DigitMask::fits(std::string_view digits) const {
  return std::ranges::equal(text_, digits,
                            [](char want, char have) { return want == free || want == have; });
}

std::optional<DigitMask> DigitMask::with(const DigitMask& other) const {
  std::string both = text_;
  for (std::size_t i = 0; i < both.size(); ++i) {
    const char wanted = other.text_[i];
    if (wanted == free) continue;
    if (both[i] != free && both[i] != wanted) return std::nullopt;
    both[i] = wanted;
  }
  return DigitMask(std::move(both));
}

DigitMask DigitMask::reversed() const {
  return DigitMask(std::string(text_.rbegin(), text_.rend()));
}

std::string DigitMask::least() const {
  return fill(text_, '0');
}

std::string DigitMask::largest() const {
  return fill(text_, '9');
}

std::optional<std::string> DigitMask::next_from(std::string_view digits) const {
  // The first place where the number cannot be followed any longer.
  std::size_t place = 0;
  while (place < text_.size() && (text_[place] == free || text_[place] == digits[place])) ++place;
  if (place == text_.size()) return std::string(digits);
  std::string next(digits.substr(0, place));
  if (text_[place] < digits[place]) {
    // Too large already: a free digit before it must grow.
    auto grown = place;
    while (grown > 0 && (text_[grown - 1] != free || digits[grown - 1] == '9')) --grown;
    if (grown == 0) return std::nullopt;
    next.resize(grown);
    ++next.back();
  }
  next += fill(text_.substr(next.size()), '0');
  return next;
}

int DigitMask::free_before_last_fixed() const {
  const auto last = text_.find_last_not_of(free);
  if (last == std::string::npos) return 0;
  return static_cast<int>(
      std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(last), free));
}

std::optional<std::string> next_digits(std::string_view digits) {
  const auto place = digits.find_last_not_of('9');
  if (place == std::string_view::npos) return std::nullopt;
  std::string next(digits.substr(0, place + 1));
  ++next.back();
  next.append(digits.size() - next.size(), '0');
  return next;
}

}  // namespace cloudvno::numbers
