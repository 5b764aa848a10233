// Character sets besides the GSM alphabet and UCS-2 that short messages come in. Any octets become
// valid UTF-8; what has no meaning becomes U+FFFD.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace cloudvno::sms {

std::string from_ascii(ByteView octets);
std::string from_latin1(ByteView octets);    // ISO 8859-1
std::string from_cyrillic(ByteView octets);  // ISO 8859-5
std::string from_hebrew(ByteView octets);    // ISO 8859-8
std::string from_utf8(ByteView octets);

// JIS X 0208. Departure: SMPP does not say in which form. Octets over 0x7F are read as Shift JIS,
// others as ISO-2022-JP. By the C library's iconv; U+FFFD for each octet where it has no tables.
std::string from_jis(ByteView octets);

// Characters up to `last` as an octet each, others as '?'.
Bytes to_single_octets(std::string_view utf8, std::uint8_t last);

}  // namespace cloudvno::sms
