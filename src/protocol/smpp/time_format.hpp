// Times as SMPP 3.4 writes them: "YYMMDDhhmmsstnnp" (section 7.1.1).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace cloudvno::smpp {

// Reads schedule_delivery_time, validity_period or final_date: absolute, with an offset from UTC in
// quarters of an hour, or relative ("R" at the end), which is counted from `now` by the calendar in
// UTC. Nothing where it is not exactly such a time; an empty string is none either. Two digits of a
// year are taken as 2000 to 2099.
std::optional<Time> parse_time(std::string_view text, Time now);

// "261123215400000+": absolute, in UTC, to a tenth of a second. Years 2000 to 2099.
std::string print_absolute(Time time);

// "000000100000000R": relative. 0 to 31 days, all above and below is taken as the nearest.
std::string print_relative(std::chrono::seconds span);

// "YYMMDDhhmm" or "YYMMDDhhmmss", as receipts have it (Appendix B), in the sender's time without a
// zone; taken as UTC.
std::optional<Time> parse_receipt_date(std::string_view text);
std::string print_receipt_date(Time time);  // YYMMDDhhmm

}  // namespace cloudvno::smpp
