// What addresses and sar_ parameters mean (SMPP 3.4 sections 5.2.5 to 5.2.9 and 5.3.2.22 to 24).
#pragma once

#include <optional>

#include "base/model/phone_number.hpp"
#include "protocol/smpp/pdu.hpp"

namespace cloudvno::smpp {

// E.164, with '+' added where the type of number is international, or where a number of unknown
// type is as long as an international one (8 to 15 digits, not beginning with 0) or begins with
// "00"; or a short code: 3 to 6 digits of any type but international and alphanumeric. Nothing for
// alphanumeric and national addresses.
std::optional<PhoneNumber> to_phone_number(const Address& address);

// A part's place. 1 <= number <= total.
struct Segment {
  std::uint16_t reference = 0;
  std::uint8_t total = 1;
  std::uint8_t number = 1;
};
std::optional<Segment> segment_of(const Tlvs& tlvs);

}  // namespace cloudvno::smpp
