// One line of a CSV file (RFC 4180).
// Departure: a quoted field ends on its line, so that a quote which is never closed costs that line
// and not the rest of the file.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cloudvno::numbers {

// The fields without their quotes and without blanks around them; `line` is without its line feed.
// Nothing where a quote is not closed, or stands in the middle of a field.
std::optional<std::vector<std::string>> split_csv_line(std::string_view line);

}  // namespace cloudvno::numbers
