// In which alphabet a short message is written (SMPP 3.4 section 5.2.19: data_coding).
#pragma once

#include <cstdint>

namespace cloudvno::smpp {

enum class Alphabet : std::uint8_t {
  smsc_default,  // nearly always the GSM 7-bit default alphabet, one septet an octet
  ia5,
  latin1,
  ucs2,    // big-endian
  binary,  // octets
  other,   // JIS, Cyrillic, Hebrew, pictograms and what is reserved
};

Alphabet alphabet_of(std::uint8_t data_coding);

// The value to send; `other` has none and is taken as binary.
std::uint8_t data_coding_of(Alphabet alphabet);

}  // namespace cloudvno::smpp
