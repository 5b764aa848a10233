// Reads a text by its data coding (SMPP 3.4 section 5.2.19, 3GPP TS 23.038 section 4).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.hpp"

namespace cloudvno::sms {

// Values of data_coding that we write, and those that SMPP links carry most.
inline constexpr std::uint8_t coding_gsm7 = 0x00;  // SMSC default alphabet: GSM 7-bit, unpacked
inline constexpr std::uint8_t coding_ia5 = 0x01;
inline constexpr std::uint8_t coding_latin1 = 0x03;
inline constexpr std::uint8_t coding_ucs2 = 0x08;

enum class Alphabet : std::uint8_t { gsm7, ia5, latin1, ucs2, binary };

// Binary (2 and 4), and codings without a table here (Japanese, Cyrillic, Hebrew, Korean), are
// Alphabet::binary. Message classes (0x10-0x1F, 0xF0-0xFF: flash and the like) are understood.
Alphabet alphabet_of(std::uint8_t data_coding);

// The text as UTF-8, whatever the octets; nothing where the coding is binary.
std::optional<std::string> decode_text(std::uint8_t data_coding, ByteView octets);

}  // namespace cloudvno::sms
