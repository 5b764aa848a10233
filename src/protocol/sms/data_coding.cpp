// Reading and writing a text by its data coding.
#include "protocol/sms/data_coding.hpp"

#include "base/utf8.hpp"
#include "protocol/sms/charset.hpp"
#include "protocol/sms/gsm7.hpp"
#include "protocol/sms/ucs2.hpp"

namespace cloudvno::sms {
namespace {

constexpr std::uint8_t carriage_return = 0x0D;

// Zero bits that bring packed septets to a septet boundary behind a header.
int fill_bits_after(std::size_t header) {
  return static_cast<int>((7 - header * 8 % 7) % 7);
}

Bytes pack(ByteView septets, std::size_t header) {
  const int fill = fill_bits_after(header);
  Bytes padded(septets.begin(), septets.end());
  // Seven bits left over would be read as one '@' more (TS 23.038 section 6.1.2.3.1).
  if ((septets.size() * 7 + static_cast<std::size_t>(fill)) % 8 == 1) {
    padded.push_back(carriage_return);
  }
  return pack_septets(padded, fill);
}

std::string unpack(ByteView octets, std::size_t header) {
  const int fill = fill_bits_after(header);
  const auto bits = octets.size() * 8;
  if (bits <= static_cast<std::size_t>(fill)) return {};
  const auto used = bits - static_cast<std::size_t>(fill);
  auto septets = unpack_septets(octets, used / 7, fill);
  if (used % 7 == 0 && !septets.empty() && septets.back() == carriage_return) septets.pop_back();
  return from_septets(septets);
}

std::string decode_default(ByteView octets, DefaultAlphabet alphabet, std::size_t header) {
  switch (alphabet) {
    case DefaultAlphabet::gsm7:
      return from_septets(octets);
    case DefaultAlphabet::gsm7_packed:
      return unpack(octets, header);
    case DefaultAlphabet::latin1:
      return from_latin1(octets);
    case DefaultAlphabet::ascii:
      return from_ascii(octets);
    case DefaultAlphabet::utf8:
      break;
  }
  return from_utf8(octets);
}

}  // namespace

Alphabet alphabet_of(std::uint8_t data_coding) {
  switch (data_coding) {
    case coding_gsm7:
      return Alphabet::smsc_default;
    case coding_ia5:
      return Alphabet::ia5;
    case coding_latin1:
      return Alphabet::latin1;
    case coding_jis:
      return Alphabet::jis;
    case coding_cyrillic:
      return Alphabet::cyrillic;
    case coding_hebrew:
      return Alphabet::hebrew;
    case coding_ucs2:
      return Alphabet::ucs2;
    default:
      break;
  }
  switch (data_coding & 0xF0) {
    case 0x10:  // general, with a message class: bits 3 and 2 tell the alphabet
      if ((data_coding & 0x0C) == 0x00) return Alphabet::smsc_default;
      if ((data_coding & 0x0C) == 0x08) return Alphabet::ucs2;
      break;
    case 0xC0:  // message waiting: discard
    case 0xD0:  // message waiting: store
      return Alphabet::smsc_default;
    case 0xE0:  // message waiting: store, in UCS-2
      return Alphabet::ucs2;
    case 0xF0:  // data coding and message class: bit 2 tells
      if ((data_coding & 0x04) == 0) return Alphabet::smsc_default;
      break;
    default:
      break;
  }
  return Alphabet::binary;
}

std::optional<std::string> decode_text(std::uint8_t data_coding, ByteView octets,
                                       DefaultAlphabet alphabet, std::size_t header) {
  switch (alphabet_of(data_coding)) {
    case Alphabet::smsc_default:
      return decode_default(octets, alphabet, header);
    case Alphabet::ia5:
      return from_ascii(octets);
    case Alphabet::latin1:
      return from_latin1(octets);
    case Alphabet::ucs2:
      return from_ucs2(octets);
    case Alphabet::jis:
      return from_jis(octets);
    case Alphabet::cyrillic:
      return from_cyrillic(octets);
    case Alphabet::hebrew:
      return from_hebrew(octets);
    case Alphabet::binary:
      break;
  }
  return std::nullopt;
}

Bytes encode_septets(ByteView septets, DefaultAlphabet alphabet, std::size_t header) {
  switch (alphabet) {
    case DefaultAlphabet::gsm7:
      return Bytes(septets.begin(), septets.end());
    case DefaultAlphabet::gsm7_packed:
      return pack(septets, header);
    case DefaultAlphabet::latin1:
      return to_single_octets(from_septets(septets), 0xFF);
    case DefaultAlphabet::ascii:
      return to_single_octets(from_septets(septets), 0x7F);
    case DefaultAlphabet::utf8:
      break;
  }
  return to_bytes(from_septets(septets));
}

}  // namespace cloudvno::sms
