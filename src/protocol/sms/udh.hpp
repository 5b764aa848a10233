// User data headers (3GPP TS 23.040 section 9.2.3.24): what stands before an inbound part's text.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"

namespace cloudvno::sms {

// Section 9.2.3.24.1 and .8. 1 <= number <= total.
struct Concatenation {
  std::uint16_t reference = 0;
  std::uint8_t total = 1;
  std::uint8_t number = 1;
  bool wide_reference = false;  // 16 bits: not the same reference as an equal one of 8 bits

  bool operator==(const Concatenation&) const = default;
};

// Application port addressing, section 9.2.3.24.3 and .4: the text is for a program, not a person.
struct Ports {
  std::uint16_t destination = 0;
  std::uint16_t source = 0;

  bool operator==(const Ports&) const = default;
};

struct UserData {
  std::optional<Concatenation> concatenation;
  std::optional<Ports> ports;
  ByteView text;  // what follows the header, within the octets given
};

// Reads octets that begin with a header (SMPP esm_class bit 0x40). Nothing where the header's
// length runs past the octets. Elements not known are skipped; an element that is cut off, has a
// wrong length or says "part 3 of 2" is ignored; of equal elements the last counts (9.2.3.24).
std::optional<UserData> parse_user_data(ByteView octets);

}  // namespace cloudvno::sms
