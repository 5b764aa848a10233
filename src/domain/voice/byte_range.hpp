// Which part of a file is asked for (RFC 9110 section 14.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace cloudvno::voice {

struct ByteRange {
  std::int64_t first = 0;
  std::int64_t last = 0;  // included
};

// Of "bytes=0-99", "bytes=100-" and "bytes=-100", within a file of that size. Nothing: the header
// is absent, malformed or asks for several, so the whole is answered. `satisfiable` is false where
// it lies behind the end.
struct RangeAnswer {
  std::optional<ByteRange> range;
  bool satisfiable = true;
};
RangeAnswer parse_range(std::string_view header, std::int64_t size);

}  // namespace cloudvno::voice
