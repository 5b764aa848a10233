// UTF-16 in big-endian order, which SMS calls UCS-2 (3GPP TS 23.038 section 6.2.3).
//
// Departure: the standard means UCS-2 proper; phones and carriers send UTF-16, so that a character
// outside the basic plane travels as a surrogate pair.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace cloudvno::sms {

// Code units that the character takes: 1, or 2 as a surrogate pair.
constexpr int units_of(char32_t character) {
  return character > 0xFFFF ? 2 : 1;
}

void append_units(Bytes& out, char32_t character);

// Nothing where the text is not UTF-8; so a lone surrogate never goes out.
std::optional<Bytes> to_ucs2(std::string_view utf8);

// Any octets become valid UTF-8: a lone surrogate, and an octet left over, become U+FFFD.
std::string from_ucs2(ByteView units);

}  // namespace cloudvno::sms
