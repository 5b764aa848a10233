// Numbers in network byte order; the caller has checked that the bytes are there.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"

namespace cloudvno::rtp {

inline std::uint16_t read_u16(ByteView bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}
inline std::uint32_t read_u32(ByteView bytes, std::size_t at) {
  return static_cast<std::uint32_t>(read_u16(bytes, at)) << 16 | read_u16(bytes, at + 2);
}
inline void write_u16(std::uint8_t* out, std::uint16_t value) {
  out[0] = static_cast<std::uint8_t>(value >> 8);
  out[1] = static_cast<std::uint8_t>(value);
}
inline void write_u32(std::uint8_t* out, std::uint32_t value) {
  write_u16(out, static_cast<std::uint16_t>(value >> 16));
  write_u16(out + 2, static_cast<std::uint16_t>(value));
}

}  // namespace cloudvno::rtp
