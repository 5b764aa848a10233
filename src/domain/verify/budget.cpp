// Amounts by parts of their window.
#include "domain/verify/budget.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace cloudvno::verify {
namespace {

std::optional<std::int64_t> read_whole(std::string_view digits) {
  std::int64_t value = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool all = fault == std::errc() && end == digits.data() + digits.size() && value >= 0;
  return all ? std::optional(value) : std::nullopt;
}

}  // namespace

Amounts Amounts::parse(std::string_view text) {
  Amounts amounts;
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    const auto colon = word.find(':');
    if (colon == std::string_view::npos) continue;
    const auto number = read_whole(word.substr(0, colon));
    const auto amount = read_whole(word.substr(colon + 1));
    if (number && amount) amounts.parts_.push_back({*number, *amount});
  }
  return amounts;
}

std::string Amounts::str() const {
  std::string text;
  for (const auto& part : parts_) {
    if (!text.empty()) text += ' ';
    fmt::format_to(std::back_inserter(text), "{}:{}", part.number, part.amount);
  }
  return text;
}

std::int64_t Amounts::part_of(const Limit& limit, Time now) {
  return to_seconds(now) * parts_of_window / limit.window.count();
}

std::int64_t Amounts::sum(const Limit& limit, Time now) const {
  const auto oldest = part_of(limit, now) - parts_of_window;
  std::int64_t sum = 0;
  for (const auto& part : parts_) {
    if (part.number >= oldest) sum += part.amount;
  }
  return sum;
}

bool Amounts::fits(const Limit& limit, std::int64_t more, Time now) const {
  return sum(limit, now) + more <= limit.most;
}

bool Amounts::add(const Limit& limit, std::int64_t more, Time now) {
  if (!fits(limit, more, now)) return false;
  const auto current = part_of(limit, now);
  std::erase_if(parts_, [&](const Part& part) { return part.number < current - parts_of_window; });
  // A clock that went back adds to what stands there.
  if (!parts_.empty() && parts_.back().number >= current) {
    parts_.back().amount += more;
  } else {
    parts_.push_back({current, more});
  }
  return true;
}

std::chrono::seconds Amounts::wait(const Limit& limit, std::int64_t more, Time now) const {
  auto left = sum(limit, now);
  const auto oldest = part_of(limit, now) - parts_of_window;
  for (const auto& part : parts_) {
    if (left + more <= limit.most) break;
    if (part.number < oldest) continue;
    left -= part.amount;
    if (left + more > limit.most) continue;
    // The part leaves the window when the one 25 later begins.
    const auto begins =
        ((part.number + parts_of_window + 1) * limit.window.count() + parts_of_window - 1) /
        parts_of_window;
    return std::chrono::seconds(std::max<std::int64_t>(1, begins - to_seconds(now)));
  }
  return std::chrono::seconds(1);
}

}  // namespace cloudvno::verify
