// A line of the log as text or JSON. What a value holds can end neither its quotes nor the line,
// nor command the terminal that shows it.
#pragma once

#include <string>
#include <string_view>

#include "base/log.hpp"
#include "base/time.hpp"

namespace cloudvno::log {

inline constexpr std::size_t longest_value = 1'000;  // bytes of a value before it is cut

// Without the line end. `event` and the names of fields are words of ours and taken as they are.
std::string text_line(Time time, Level level, std::string_view event, Fields fields);
std::string json_line(Time time, Level level, std::string_view event, Fields fields);

}  // namespace cloudvno::log
