// Patterns of digits.
#include "domain/numbers/digit_pattern.hpp"

#include <algorithm>
#include <utility>

namespace cloudvno::numbers {
namespace {

constexpr std::string_view keys = "22233344455566677778889999";  // of A to Z

// The digit of a character, '*', 0 for one that counts for nothing; nothing for any other.
std::optional<char> read_character(char c) {
  if (c == '*' || (c >= '0' && c <= '9')) return c;
  if (c >= 'a' && c <= 'z') return keys[static_cast<std::size_t>(c - 'a')];
  if (c >= 'A' && c <= 'Z') return keys[static_cast<std::size_t>(c - 'A')];
  if (std::string_view(" -.()").contains(c)) return '\0';
  return std::nullopt;
}

}  // namespace

std::optional<DigitPattern> DigitPattern::parse(std::string_view text) {
  if (text.size() > longest) return std::nullopt;
  DigitPattern pattern;
  if (text.starts_with('+') || text.starts_with(' ')) {
    pattern.international_ = true;
    text.remove_prefix(1);
  }
  bool has_star = false;
  std::string piece;
  for (const char c : text) {
    const auto read = read_character(c);
    if (!read) return std::nullopt;
    if (*read == '\0') continue;
    if (*read != '*') {
      piece += *read;
      pattern.open_end_ = false;
      continue;
    }
    has_star = true;
    if (piece.empty() && pattern.pieces_.empty()) pattern.open_start_ = true;
    if (!piece.empty()) pattern.pieces_.push_back(std::exchange(piece, {}));
    pattern.open_end_ = true;
  }
  if (!piece.empty()) pattern.pieces_.push_back(std::move(piece));
  if (pattern.pieces_.empty() && !has_star) return std::nullopt;
  if (!has_star) {
    pattern.open_start_ = !pattern.international_;
    pattern.open_end_ = true;
  }
  return pattern;
}

bool DigitPattern::fits(std::string_view digits, std::string_view calling_code) const {
  if (fits_whole(digits)) return true;
  return !international_ && digits.starts_with(calling_code) &&
         fits_whole(digits.substr(calling_code.size()));
}

bool DigitPattern::fits_whole(std::string_view digits) const {
  auto first = pieces_.begin();
  auto last = pieces_.end();
  if (first != last && !open_start_) {
    if (!digits.starts_with(*first)) return false;
    digits.remove_prefix(first->size());
    ++first;
  }
  if (first != last && !open_end_) {
    --last;
    if (!digits.ends_with(*last)) return false;
    digits.remove_suffix(last->size());
  }
  for (; first != last; ++first) {
    const auto place = digits.find(*first);
    if (place == std::string_view::npos) return false;
    digits.remove_prefix(place + first->size());
  }
  return true;
}

std::vector<DigitMask> DigitPattern::masks(std::size_t length,
                                           std::string_view calling_code) const {
  std::vector<DigitMask> masks;
  add_masks(masks, length, 0);
  // Where it may begin anywhere, the first has what the second would.
  if (!international_ && !open_start_ && !calling_code.empty() && calling_code.size() < length) {
    add_masks(masks, length, calling_code.size());
  }
  // Every number of the kind begins with its calling code, which narrows each mask.
  std::vector<DigitMask> narrowed;
  const auto code = calling_code.size() < length ? calling_code : std::string_view();
  const DigitMask known(std::string(code) + std::string(length - code.size(), DigitMask::free));
  for (const auto& mask : masks) {
    const auto both = mask.with(known);
    const auto is_same = [&](const DigitMask& other) { return other.text() == both->text(); };
    if (both && std::ranges::none_of(narrowed, is_same)) narrowed.push_back(*both);
  }
  return narrowed;
}

void DigitPattern::add_masks(std::vector<DigitMask>& masks, std::size_t length,
                             std::size_t offset) const {
  std::string fixed(length, DigitMask::free);
  auto first = pieces_.begin();
  auto last = pieces_.end();
  auto begin = offset;
  auto end = length;
  if (first != last && !open_start_) {
    if (begin + first->size() > end) return;
    fixed.replace(begin, first->size(), *first);
    begin += first->size();
    ++first;
  }
  if (first != last && !open_end_) {
    --last;
    if (begin + last->size() > end) return;
    end -= last->size();
    fixed.replace(end, last->size(), *last);
  }
  if (first == last) {
    masks.emplace_back(std::move(fixed));
    return;
  }
  const auto& piece = *std::max_element(
      first, last, [](const auto& a, const auto& b) { return a.size() < b.size(); });
  for (auto place = begin; place + piece.size() <= end; ++place) {
    auto mask = fixed;
    mask.replace(place, piece.size(), piece);
    masks.emplace_back(std::move(mask));
  }
}

}  // namespace cloudvno::numbers
