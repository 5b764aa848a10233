// Reading Range headers.
#include "domain/voice/byte_range.hpp"

#include <algorithm>
#include <charconv>

namespace cloudvno::voice {
namespace {

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || value < 0) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

RangeAnswer parse_range(std::string_view header, std::int64_t size) {
  constexpr std::string_view unit = "bytes=";
  if (!header.starts_with(unit)) return {};
  const auto text = header.substr(unit.size());
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return {};
  const auto begin = number(text.substr(0, dash));
  const auto end = number(text.substr(dash + 1));
  if (!begin && dash == 0 && end) {
    if (*end == 0 || size == 0) return {std::nullopt, false};
    return {ByteRange{std::max<std::int64_t>(0, size - *end), size - 1}, true};
  }
  if (!begin || (!end && dash + 1 != text.size()) || (end && *end < *begin)) return {};
  if (*begin >= size) return {std::nullopt, false};
  return {ByteRange{*begin, std::min(end.value_or(size - 1), size - 1)}, true};
}

}  // namespace cloudvno::voice
