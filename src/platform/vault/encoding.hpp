// An unambiguous way to write several texts one after the other.
#pragma once

#include <string_view>

#include "base/bytes.hpp"

namespace cloudvno::vault {

// Four bytes of length, big-endian, and the text: so no two lists of texts give the same bytes.
inline void append_counted(Bytes& out, std::string_view text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  for (const int shift : {24, 16, 8, 0}) out.push_back(static_cast<std::uint8_t>(size >> shift));
  out.insert(out.end(), text.begin(), text.end());
}

}  // namespace cloudvno::vault
