// Reading a text by its data coding.
#include "protocol/sms/data_coding.hpp"

#include "base/utf8.hpp"
#include "protocol/sms/gsm7.hpp"
#include "protocol/sms/ucs2.hpp"

namespace cloudvno::sms {
namespace {

// `last` is the alphabet's highest octet; one above is U+FFFD.
std::string from_single_octets(ByteView octets, std::uint8_t last) {
  std::string out;
  out.reserve(octets.size());
  for (const auto octet : octets) {
    append_utf8(out, octet > last ? replacement_character : char32_t{octet});
  }
  return out;
}

}  // namespace

Alphabet alphabet_of(std::uint8_t data_coding) {
  switch (data_coding) {
    case coding_gsm7:
      return Alphabet::gsm7;
    case coding_ia5:
      return Alphabet::ia5;
    case coding_latin1:
      return Alphabet::latin1;
    case coding_ucs2:
      return Alphabet::ucs2;
    default:
      break;
  }
  // Codings from 0x10 on are those of TS 23.038: with a message class, bits 3 and 2 tell the
  // alphabet in group 0001, bit 2 alone in group 1111.
  if ((data_coding & 0xF0) == 0x10) {
    const int alphabet = data_coding >> 2 & 3;
    if (alphabet == 0) return Alphabet::gsm7;
    if (alphabet == 2) return Alphabet::ucs2;
  }
  if ((data_coding & 0xF0) == 0xF0 && (data_coding & 0x04) == 0) return Alphabet::gsm7;
  return Alphabet::binary;
}

std::optional<std::string> decode_text(std::uint8_t data_coding, ByteView octets) {
  switch (alphabet_of(data_coding)) {
    case Alphabet::gsm7:
      return from_septets(octets);
    case Alphabet::ia5:
      return from_single_octets(octets, 0x7F);
    case Alphabet::latin1:
      return from_single_octets(octets, 0xFF);
    case Alphabet::ucs2:
      return from_ucs2(octets);
    case Alphabet::binary:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace cloudvno::sms
