// Points in time as the store and the wire have them: microseconds since 1970 in UTC.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cloudvno {

using Micros = std::chrono::microseconds;
using Time = std::chrono::time_point<std::chrono::system_clock, Micros>;

inline std::int64_t to_micros(Time time) {
  return time.time_since_epoch().count();
}
inline Time from_micros(std::int64_t micros) {
  return Time(Micros(micros));
}
inline std::int64_t to_seconds(Time time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

// "2026-11-23T21:19:23.123Z" (ISO 8601, milliseconds).
std::string to_iso8601(Time time);

// Reads ISO 8601 with a zone ("Z" or "+02:00"), with or without seconds and up to nine digits of
// their fraction; nothing for any other text, and outside the years 0000 to 9999 in UTC. A leap
// second is the first of the next minute.
std::optional<Time> from_iso8601(std::string_view text);

// "Mon, 23 Nov 2026 21:19:23 +0000" (RFC 2822), as TwiML callbacks carry it.
std::string to_rfc2822(Time time);

}  // namespace cloudvno
