// Reads and writes a text by its data coding (SMPP 3.4 section 5.2.19, 3GPP TS 23.038 section 4).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.hpp"

namespace cloudvno::sms {

// Values of data_coding that we write, and those that SMPP links carry most.
inline constexpr std::uint8_t coding_gsm7 = 0x00;  // SMSC default alphabet
inline constexpr std::uint8_t coding_ia5 = 0x01;
inline constexpr std::uint8_t coding_latin1 = 0x03;
inline constexpr std::uint8_t coding_jis = 0x05;
inline constexpr std::uint8_t coding_cyrillic = 0x06;
inline constexpr std::uint8_t coding_hebrew = 0x07;
inline constexpr std::uint8_t coding_ucs2 = 0x08;

enum class Alphabet : std::uint8_t {
  smsc_default,  // what that is, each carrier says: DefaultAlphabet
  ia5,           // ASCII
  latin1,        // ISO 8859-1
  ucs2,
  jis,       // JIS X 0208, as ISO-2022-JP or Shift JIS
  cyrillic,  // ISO 8859-5
  hebrew,    // ISO 8859-8
  binary,    // no text
};

// Binary (2 and 4), and codings without a table here (pictograms, music, extended kanji, Korean and
// what is reserved), are Alphabet::binary. Message classes (0x10-0x1F, 0xF0-0xFF: flash and the
// like) and message waiting (0xC0-0xEF) are understood; compressed texts are binary.
Alphabet alphabet_of(std::uint8_t data_coding);

// What data_coding 0 means at a carrier.
enum class DefaultAlphabet : std::uint8_t {
  gsm7,         // TS 23.038, one septet an octet: nearly everywhere
  gsm7_packed,  // the same, eight septets in seven octets
  latin1,
  ascii,
  utf8,
};

// The text as UTF-8, whatever the octets; nothing where the coding is binary. `header` is the
// length of the user data header that stood before the octets, which packed septets depend on.
std::optional<std::string> decode_text(std::uint8_t data_coding, ByteView octets,
                                       DefaultAlphabet alphabet = DefaultAlphabet::gsm7,
                                       std::size_t header = 0);

// Septets as that carrier wants them behind a header of that length. A character that its alphabet
// lacks becomes '?'.
Bytes encode_septets(ByteView septets, DefaultAlphabet alphabet, std::size_t header = 0);

}  // namespace cloudvno::sms
