// RTP packets: the fixed header, read and written (RFC 3550 section 5.1).
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/bytes.hpp"

namespace cloudvno::rtp {

inline constexpr std::size_t header_size = 12;
inline constexpr std::uint32_t clock_rate = 8'000;  // of all that this room carries

// How far `a` is ahead of `b` on a counter that wraps; negative where it is behind.
inline std::int16_t ahead(std::uint16_t a, std::uint16_t b) {
  return static_cast<std::int16_t>(a - b);
}
inline std::int32_t ahead(std::uint32_t a, std::uint32_t b) {
  return static_cast<std::int32_t>(a - b);
}

struct Header {
  std::uint8_t payload_type = 0;  // 0 to 127
  bool marker = false;
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
  std::uint32_t ssrc = 0;
};

struct Packet : Header {
  ByteView payload;  // within the bytes that were parsed
};

// Contributing sources and a header extension are stepped over, padding is cut off. Nothing for
// bytes that are no RTP packet of version 2.
std::optional<Packet> parse_packet(ByteView bytes);

void write_header(const Header& header, std::span<std::uint8_t, header_size> out);

// Whether a datagram on a port that carries both is RTCP (RFC 5761 section 4).
bool is_rtcp(ByteView bytes);

}  // namespace cloudvno::rtp
