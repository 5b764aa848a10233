// The GSM 7-bit default alphabet and its basic extension table (3GPP TS 23.038 section 6.2.1).
//
// A septet stands in an octet of its own here ("unpacked"), as SMPP carries data_coding 0. A
// character of the extension table takes two: the escape 0x1B and its code.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace cloudvno::sms {

// Septets that the character takes: 1, 2 with an escape, or 0 where the alphabet lacks it.
int septets_of(char32_t character);

// Writes the septets of a character that has some.
void append_septets(Bytes& out, char32_t character);

// Nothing where the text is not UTF-8 or a character is not in the alphabet.
std::optional<Bytes> to_septets(std::string_view utf8);

// Any octets become valid UTF-8. By the standard an escape before a code that the extension table
// lacks shows the main table's character, and a second or last escape shows a space. An octet above
// 0x7F is no septet and becomes U+FFFD.
std::string from_septets(ByteView septets);

// Packs septets into octets (TS 23.038 section 6.1.2.1.1), after `fill_bits` (0-6) zero bits that
// bring the text to a septet boundary behind a user data header (TS 23.040 section 9.2.3.24).
Bytes pack_septets(ByteView septets, int fill_bits = 0);

// Takes `count` septets out of packed octets, fewer where the octets end first.
Bytes unpack_septets(ByteView packed, std::size_t count, int fill_bits = 0);

}  // namespace cloudvno::sms
