// The values of data_coding (SMPP 3.4 section 5.2.19), and the GSM ones within (3GPP TS 23.038
// section 4).
#include "protocol/smpp/data_coding.hpp"

namespace cloudvno::smpp {

Alphabet alphabet_of(std::uint8_t data_coding) {
  switch (data_coding) {
    case 0x00:
      return Alphabet::smsc_default;
    case 0x01:
      return Alphabet::ia5;
    case 0x02:
    case 0x04:
      return Alphabet::binary;
    case 0x03:
      return Alphabet::latin1;
    case 0x08:
      return Alphabet::ucs2;
    default:
      break;
  }
  switch (data_coding & 0xF0) {
    case 0xC0:  // message waiting: discard
    case 0xD0:  // message waiting: store
      return Alphabet::smsc_default;
    case 0xE0:  // message waiting: store, in UCS-2
      return Alphabet::ucs2;
    case 0xF0:  // data coding and message class
      return (data_coding & 0x04) != 0 ? Alphabet::binary : Alphabet::smsc_default;
    default:
      return Alphabet::other;
  }
}

std::uint8_t data_coding_of(Alphabet alphabet) {
  switch (alphabet) {
    case Alphabet::smsc_default:
      return 0x00;
    case Alphabet::ia5:
      return 0x01;
    case Alphabet::latin1:
      return 0x03;
    case Alphabet::ucs2:
      return 0x08;
    case Alphabet::binary:
    case Alphabet::other:
      break;
  }
  return 0x04;
}

}  // namespace cloudvno::smpp
