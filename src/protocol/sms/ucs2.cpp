// UTF-16BE (RFC 2781 section 2).
#include "protocol/sms/ucs2.hpp"

#include <cstddef>
#include <cstdint>

#include "base/utf8.hpp"

namespace cloudvno::sms {
namespace {

void append_unit(Bytes& out, char32_t unit) {
  out.push_back(static_cast<std::uint8_t>(unit >> 8));
  out.push_back(static_cast<std::uint8_t>(unit));
}

}  // namespace

void append_units(Bytes& out, char32_t character) {
  if (character > 0xFFFF) {
    append_unit(out, 0xD800 + ((character - 0x10000) >> 10));
    append_unit(out, 0xDC00 + ((character - 0x10000) & 0x3FF));
  } else {
    append_unit(out, character);
  }
}

std::optional<Bytes> to_ucs2(std::string_view utf8) {
  Bytes out;
  out.reserve(utf8.size() * 2);
  while (!utf8.empty()) {
    const auto character = take_code_point(utf8);
    if (!character) return std::nullopt;
    append_units(out, *character);
  }
  return out;
}

std::string from_ucs2(ByteView units) {
  std::string out;
  out.reserve(units.size());
  const auto unit_at = [&](std::size_t i) {
    return static_cast<char32_t>(units[i] << 8 | units[i + 1]);
  };
  std::size_t i = 0;
  for (; i + 1 < units.size(); i += 2) {
    char32_t character = unit_at(i);
    if (character >= 0xD800 && character < 0xDC00 && i + 3 < units.size()) {
      const char32_t low = unit_at(i + 2);
      if (low >= 0xDC00 && low < 0xE000) {
        character = 0x10000 + ((character - 0xD800) << 10) + (low - 0xDC00);
        i += 2;
      }
    }
    append_utf8(out, character);  // writes a surrogate left alone as U+FFFD
  }
  if (i < units.size()) append_utf8(out, replacement_character);
  return out;
}

}  // namespace cloudvno::sms
