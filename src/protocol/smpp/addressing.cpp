// Reading addresses and sar_ parameters.
#include "protocol/smpp/addressing.hpp"

#include <algorithm>

namespace cloudvno::smpp {
namespace {

constexpr std::size_t least_international_digits = 8;
constexpr std::size_t longest_short_code = 6;

bool is_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<PhoneNumber> to_phone_number(const Address& address) {
  std::string_view digits = address.addr;
  bool international = address.ton == ton::international;
  if (digits.starts_with('+')) {
    digits.remove_prefix(1);
    international = true;
  }
  if (!is_digits(digits)) return std::nullopt;
  if (!international) {
    if (digits.size() <= longest_short_code && address.ton != ton::alphanumeric) {
      return PhoneNumber::parse_sender(digits);
    }
    if (address.ton != ton::unknown) return std::nullopt;
    if (digits.starts_with("00")) digits.remove_prefix(2);
    if (digits.size() < least_international_digits) return std::nullopt;
  }
  return PhoneNumber::parse("+" + std::string(digits));
}

std::optional<Segment> segment_of(const Tlvs& tlvs) {
  const auto reference = find_u16(tlvs, Tag::sar_msg_ref_num);
  const auto total = find_u8(tlvs, Tag::sar_total_segments);
  const auto number = find_u8(tlvs, Tag::sar_segment_seqnum);
  if (!reference || !total || !number || *number == 0 || *number > *total) return std::nullopt;
  return Segment{*reference, *total, *number};
}

}  // namespace cloudvno::smpp
