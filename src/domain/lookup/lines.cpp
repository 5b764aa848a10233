// The lines of a data file.
#include "domain/lookup/lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/time.hpp"

namespace cloudvno::lookup {

std::optional<std::string_view> Lines::next() {
  if (text_.empty()) return std::nullopt;
  ++line_;
  const auto end = std::min(text_.find('\n'), text_.size());
  const auto line = text_.substr(0, end);
  text_.remove_prefix(std::min(end + 1, text_.size()));
  return line;
}

std::unexpected<Error> Lines::fault(std::string_view what) const {
  return fail(Errc::invalid_parameter, fmt::format("line {}: {}", line_, what));
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> words;
  while (true) {
    const auto end = text.find(at);
    words.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return words;
    text.remove_prefix(end + 1);
  }
}

std::optional<std::uint32_t> read_number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Result<std::string> read_date(Lines& lines) {
  const auto date = lines.next();
  if (!date || !date->starts_with("date ")) return lines.fault("does not begin with its date");
  const std::string day(date->substr(5));
  if (day.size() != 10 || !from_iso8601(day + "T00:00:00Z")) return lines.fault("is no date");
  const auto source = lines.next();
  if (!source || !source->starts_with("source ")) return lines.fault("does not say its source");
  return day;
}

}  // namespace cloudvno::lookup
