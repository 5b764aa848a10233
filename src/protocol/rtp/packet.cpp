// RTP packets: the fixed header, read and written (RFC 3550 section 5.1).
#include "protocol/rtp/packet.hpp"

#include "protocol/rtp/wire.hpp"

namespace cloudvno::rtp {

std::optional<Packet> parse_packet(ByteView bytes) {
  if (bytes.size() < header_size || bytes[0] >> 6 != 2) return {};
  const bool padded = (bytes[0] & 0x20) != 0;
  const bool extended = (bytes[0] & 0x10) != 0;
  std::size_t begin = header_size + std::size_t{4} * (bytes[0] & 0x0fu);
  if (extended) {
    if (bytes.size() < begin + 4) return {};
    begin += 4 + std::size_t{4} * read_u16(bytes, begin + 2);
  }
  std::size_t end = bytes.size();
  if (begin > end) return {};
  if (padded) {
    const std::size_t padding = bytes.back();
    if (padding == 0 || padding > end - begin) return {};
    end -= padding;
  }
  Packet packet;
  packet.marker = (bytes[1] & 0x80) != 0;
  packet.payload_type = bytes[1] & 0x7f;
  packet.sequence = read_u16(bytes, 2);
  packet.timestamp = read_u32(bytes, 4);
  packet.ssrc = read_u32(bytes, 8);
  packet.payload = bytes.subspan(begin, end - begin);
  return packet;
}

void write_header(const Header& header, std::span<std::uint8_t, header_size> out) {
  out[0] = 2 << 6;
  out[1] = static_cast<std::uint8_t>((header.marker ? 0x80 : 0) | header.payload_type);
  write_u16(out.data() + 2, header.sequence);
  write_u32(out.data() + 4, header.timestamp);
  write_u32(out.data() + 8, header.ssrc);
}

bool is_rtcp(ByteView bytes) {
  return bytes.size() >= 2 && bytes[0] >> 6 == 2 && bytes[1] >= 192 && bytes[1] <= 223;
}

}  // namespace cloudvno::rtp
