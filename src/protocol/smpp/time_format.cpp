// Reading and writing the times of SMPP 3.4 (section 7.1.1 and Appendix B).
#include "protocol/smpp/time_format.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace cloudvno::smpp {
namespace {

using namespace std::chrono;

// The pairs of digits YY MM DD hh mm ss.
struct Parts {
  std::array<int, 6> pair{};
  int year() const { return pair[0]; }
  int month() const { return pair[1]; }
  int day() const { return pair[2]; }
  int hour() const { return pair[3]; }
  int minute() const { return pair[4]; }
  int second() const { return pair[5]; }
};

bool all_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

int two_digits(std::string_view text, std::size_t at) {
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

// `text` has an even number of digits, at most 12.
Parts parts_of(std::string_view text) {
  Parts parts;
  for (std::size_t at = 0; at < text.size(); at += 2) parts.pair[at / 2] = two_digits(text, at);
  return parts;
}

std::optional<Time> absolute(const Parts& parts) {
  year_month_day date = year(2000 + parts.year()) / month(static_cast<unsigned>(parts.month())) /
                        day(static_cast<unsigned>(parts.day()));
  if (!date.ok() || parts.hour() > 23 || parts.minute() > 59 || parts.second() > 59) return {};
  return Time(sys_days(date).time_since_epoch() + hours(parts.hour()) + minutes(parts.minute()) +
              seconds(parts.second()));
}

Time relative(const Parts& parts, Time now) {
  auto today = floor<days>(now);
  year_month_day date = year_month_day(today) + years(parts.year()) + months(parts.month());
  // A month later than 31 January is the end of February.
  if (!date.ok()) date = date.year() / date.month() / last;
  return Time(sys_days(date).time_since_epoch() + (now - today) + days(parts.day()) +
              hours(parts.hour()) + minutes(parts.minute()) + seconds(parts.second()));
}

struct Broken {
  int year = 0;  // the last two digits
  unsigned month = 0;
  unsigned day = 0;
  hh_mm_ss<Micros> time;
};

Broken broken_down(Time time) {
  auto midnight = floor<days>(time);
  year_month_day date(midnight);
  return {static_cast<int>(date.year()) % 100, static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()), hh_mm_ss<Micros>(time - midnight)};
}

}  // namespace

std::optional<Time> parse_time(std::string_view text, Time now) {
  if (text.size() != 16 || !all_digits(text.substr(0, 15))) return {};
  Parts parts = parts_of(text.substr(0, 12));
  char sign = text[15];
  if (sign == 'R') return relative(parts, now);
  if (sign != '+' && sign != '-') return {};
  int quarters = two_digits(text, 13);
  if (quarters > 48) return {};
  std::optional<Time> local = absolute(parts);
  if (!local) return {};
  *local += milliseconds(100) * (text[12] - '0');
  // "+": the local time is ahead of UTC.
  return *local - minutes(15) * (sign == '+' ? quarters : -quarters);
}

std::string print_absolute(Time time) {
  Broken at = broken_down(time);
  return fmt::format("{:02}{:02}{:02}{:02}{:02}{:02}{}00+", at.year, at.month, at.day,
                     at.time.hours().count(), at.time.minutes().count(), at.time.seconds().count(),
                     at.time.subseconds().count() / 100'000);
}

std::string print_relative(std::chrono::seconds span) {
  span = std::clamp<seconds>(span, seconds(0), days(31));
  auto whole_days = floor<days>(span);
  hh_mm_ss rest(span - whole_days);
  return fmt::format("0000{:02}{:02}{:02}{:02}000R", whole_days.count(), rest.hours().count(),
                     rest.minutes().count(), rest.seconds().count());
}

std::optional<Time> parse_receipt_date(std::string_view text) {
  if ((text.size() != 10 && text.size() != 12) || !all_digits(text)) return {};
  return absolute(parts_of(text));
}

std::string print_receipt_date(Time time) {
  Broken at = broken_down(time);
  return fmt::format("{:02}{:02}{:02}{:02}{:02}", at.year, at.month, at.day,
                     at.time.hours().count(), at.time.minutes().count());
}

}  // namespace cloudvno::smpp
