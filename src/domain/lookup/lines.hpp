// The lines of a data file, and what is wrong with one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace cloudvno::lookup {

class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}

  // Without its line feed; nothing at the end.
  std::optional<std::string_view> next();
  // Errc::invalid_parameter: "line 7: is no date".
  std::unexpected<Error> fault(std::string_view what) const;

 private:
  std::string_view text_;
  std::size_t line_ = 0;
};

std::vector<std::string_view> split(std::string_view text, char at);
std::optional<std::uint32_t> read_number(std::string_view text);
// The first two lines: "date 2026-11-10", "source …".
Result<std::string> read_date(Lines& lines);

}  // namespace cloudvno::lookup
