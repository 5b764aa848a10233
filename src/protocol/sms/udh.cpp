// Reading user data headers.
#include "protocol/sms/udh.hpp"

#include <cstddef>

namespace cloudvno::sms {
namespace {

// Information element identifiers, TS 23.040 section 9.2.3.24.
constexpr std::uint8_t concatenation_8_bit = 0x00;
constexpr std::uint8_t ports_8_bit = 0x04;
constexpr std::uint8_t ports_16_bit = 0x05;
constexpr std::uint8_t concatenation_16_bit = 0x08;

std::uint16_t u16(ByteView data, std::size_t at) {
  return static_cast<std::uint16_t>(data[at] << 8 | data[at + 1]);
}

void read_concatenation(UserData& out, Concatenation read) {
  if (read.number >= 1 && read.number <= read.total) out.concatenation = read;
}

void read_element(UserData& out, std::uint8_t identifier, ByteView data) {
  if (identifier == concatenation_8_bit && data.size() == 3) {
    read_concatenation(out, {data[0], data[1], data[2], false});
  } else if (identifier == concatenation_16_bit && data.size() == 4) {
    read_concatenation(out, {u16(data, 0), data[2], data[3], true});
  } else if (identifier == ports_8_bit && data.size() == 2) {
    out.ports = Ports{data[0], data[1]};
  } else if (identifier == ports_16_bit && data.size() == 4) {
    out.ports = Ports{u16(data, 0), u16(data, 2)};
  }
}

}  // namespace

std::optional<UserData> parse_user_data(ByteView octets) {
  if (octets.empty() || octets.size() - 1 < octets[0]) return std::nullopt;
  UserData out;
  out.text = octets.subspan(std::size_t{1} + octets[0]);
  auto header = octets.subspan(1, octets[0]);
  while (header.size() >= 2) {
    const std::size_t length = header[1];
    if (header.size() - 2 < length) break;
    read_element(out, header[0], header.subspan(2, length));
    header = header.subspan(2 + length);
  }
  return out;
}

}  // namespace cloudvno::sms
