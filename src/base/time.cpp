// Points in time as text.
#include "base/time.hpp"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <array>
#include <charconv>

namespace cloudvno {
namespace {

using namespace std::chrono;

struct Reader {
  std::string_view rest;

  std::optional<int> digits(std::size_t count) {
    if (rest.size() < count) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (rest[i] < '0' || rest[i] > '9') return std::nullopt;
      value = value * 10 + (rest[i] - '0');
    }
    rest.remove_prefix(count);
    return value;
  }
  bool take(char c) {
    if (rest.empty() || rest.front() != c) return false;
    rest.remove_prefix(1);
    return true;
  }
};

}  // namespace

std::string to_iso8601(Time time) {
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(floor<milliseconds>(time - day));
  return fmt::format(FMT_COMPILE("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z"),
                     static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

std::string to_rfc2822(Time time) {
  constexpr std::array names{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(floor<seconds>(time - day));
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000", names[weekday(day).c_encoding()],
                     static_cast<unsigned>(date.day()),
                     months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::optional<Time> from_iso8601(std::string_view text) {
  Reader in{text};
  const auto year_value = in.digits(4);
  if (!year_value || !in.take('-')) return std::nullopt;
  const auto month_value = in.digits(2);
  if (!month_value || !in.take('-')) return std::nullopt;
  const auto day_value = in.digits(2);
  if (!day_value || !(in.take('T') || in.take('t') || in.take(' '))) return std::nullopt;
  const auto hour_value = in.digits(2);
  if (!hour_value || *hour_value > 23 || !in.take(':')) return std::nullopt;
  const auto minute_value = in.digits(2);
  if (!minute_value || *minute_value > 59) return std::nullopt;
  int second_value = 0;
  std::int64_t fraction = 0;
  if (in.take(':')) {
    const auto value = in.digits(2);
    if (!value || *value > 60) return std::nullopt;
    second_value = *value;
    if (in.take('.')) {
      std::int64_t unit = 100'000;
      std::size_t count = 0;
      while (const auto digit = in.digits(1)) {
        fraction += *digit * unit;
        unit /= 10;
        if (++count > 9) return std::nullopt;
      }
      if (count == 0) return std::nullopt;
    }
  }
  int offset_minutes = 0;
  if (!in.take('Z') && !in.take('z')) {
    const int sign = in.take('+') ? 1 : in.take('-') ? -1 : 0;
    if (sign == 0) return std::nullopt;
    const auto hours_east = in.digits(2);
    if (!hours_east || *hours_east > 23) return std::nullopt;
    in.take(':');
    const auto minutes_east = in.digits(2);
    if (!minutes_east || *minutes_east > 59) return std::nullopt;
    offset_minutes = sign * (*hours_east * 60 + *minutes_east);
  }
  if (!in.rest.empty()) return std::nullopt;
  const year_month_day date{year(*year_value), month(static_cast<unsigned>(*month_value)),
                            day(static_cast<unsigned>(*day_value))};
  if (!date.ok()) return std::nullopt;
  const Time time(sys_days(date).time_since_epoch() + hours(*hour_value) +
                  minutes(*minute_value - offset_minutes) + seconds(second_value) +
                  Micros(fraction));
  // A zone can carry the time out of the years that four digits write.
  if (time < sys_days(year(0) / January / 1) || time >= sys_days(year(10'000) / January / 1)) {
    return std::nullopt;
  }
  return time;
}

}  // namespace cloudvno
