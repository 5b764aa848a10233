// Reading a front-coded list of prefixes into ranges.
#include "domain/lookup/prefix_table.hpp"

#include <algorithm>
#include <array>

#include "domain/lookup/lines.hpp"

namespace cloudvno::lookup {
namespace {

constexpr std::size_t width = 15;  // digits of the longest number
constexpr std::size_t most_ranges = 2'000'000;
constexpr std::size_t most_names = 200'000;

constexpr auto powers = [] {
  std::array<std::uint64_t, width + 1> all{1};
  for (std::size_t i = 1; i <= width; ++i) all[i] = all[i - 1] * 10;
  return all;
}();

// The first number of 15 digits that begins so, and how many do.
struct Span {
  std::uint64_t begin;
  std::uint64_t size;
};
Span span_of(std::uint64_t value, std::size_t length) {
  return {value * powers[width - length], powers[width - length]};
}

struct Open {
  std::uint64_t end;
  std::uint32_t value;
};

}  // namespace

Result<PrefixTable> PrefixTable::read(std::string_view text) {
  PrefixTable table;
  Lines lines(text);
  TRY_ASSIGN(table.date_, read_date(lines));
  std::string prefix;
  std::uint32_t name = none;
  // Prefixes that enclose the one just read, outermost first: what begins after an inner one's end
  // is the outer one's again.
  std::vector<Open> open;
  const auto push = [&](std::uint64_t begin, std::uint32_t value) {
    if (!table.begins_.empty() && table.begins_.back() == begin) {
      table.values_.back() = value;
    } else if (table.values_.empty() || table.values_.back() != value) {
      table.begins_.push_back(begin);
      table.values_.push_back(value);
    }
  };
  const auto close_until = [&](std::uint64_t begin) {
    while (!open.empty() && open.back().end <= begin) {
      const auto end = open.back().end;
      open.pop_back();
      push(end, open.empty() ? none : open.back().value);
    }
  };
  std::uint64_t last_begin = 0;
  while (const auto line = lines.next()) {
    if (line->starts_with("name ")) {
      if (table.names_.size() == most_names) return lines.fault("too many names");
      table.names_.emplace_back(line->substr(5));
      continue;
    }
    const auto words = split(*line, ' ');
    if (words[0].empty() || words.size() > 2) return lines.fault("is no prefix");
    const auto shared = static_cast<std::size_t>(words[0].front() - 'a');
    const auto plus = std::min(words[0].find('+'), words[0].size());
    const auto rest = words[0].substr(1, plus - 1);
    if (shared > prefix.size()) return lines.fault("shares more digits than there are");
    prefix.resize(shared);
    prefix += rest;
    if (prefix.empty() || prefix.size() > width ||
        !std::ranges::all_of(rest, [](char c) { return c >= '0' && c <= '9'; })) {
      return lines.fault("is no prefix of digits");
    }
    std::uint32_t more = 0;
    if (plus < words[0].size()) {
      const auto number = read_number(words[0].substr(plus + 1));
      if (!number || *number > 1'000'000) return lines.fault("is no run of prefixes");
      more = *number;
    }
    if (words.size() == 2) {
      const auto number = read_number(words[1]);
      if (!number || *number >= table.names_.size()) return lines.fault("names no name");
      name = *number;
    }
    if (name == none) return lines.fault("has no name");
    std::uint64_t value = 0;
    for (const char c : prefix) value = value * 10 + static_cast<std::uint64_t>(c - '0');
    // A run is one range: its prefixes follow one another.
    const auto first = span_of(value, prefix.size());
    if (first.begin < last_begin) return lines.fault("is out of order");
    last_begin = first.begin;
    close_until(first.begin);
    push(first.begin, name);
    open.push_back({first.begin + first.size * (more + 1), name});
    if (table.begins_.size() > most_ranges) return lines.fault("too many prefixes");
  }
  close_until(static_cast<std::uint64_t>(-1));
  table.begins_.shrink_to_fit();
  table.values_.shrink_to_fit();
  return table;
}

std::string_view PrefixTable::find(std::string_view digits) const {
  const auto length = std::min(digits.size(), width);
  std::uint64_t value = 0;
  for (const char c : digits.substr(0, length)) {
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  value *= powers[width - length];
  const auto behind = std::ranges::upper_bound(begins_, value);
  if (behind == begins_.begin()) return {};
  const auto name = values_[static_cast<std::size_t>(behind - begins_.begin()) - 1];
  return name == none ? std::string_view() : std::string_view(names_[name]);
}

}  // namespace cloudvno::lookup
