// G.711: 8-bit mu-law and A-law from and to 16-bit linear samples (ITU-T G.711).
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/bytes.hpp"

namespace cloudvno::media {

inline constexpr int sample_rate = 8'000;

// The values are the static RTP payload types (RFC 3551 table 4).
enum class Law : std::uint8_t { mu = 0, a = 8 };

// What silence is in each law.
constexpr std::uint8_t silence_byte(Law law) {
  return law == Law::mu ? 0xff : 0xd5;
}

std::int16_t decode_g711(Law law, std::uint8_t byte);
std::uint8_t encode_g711(Law law, std::int16_t sample);

// `out` is as long as `in`.
void decode_g711(Law law, ByteView in, std::span<std::int16_t> out);
void encode_g711(Law law, std::span<const std::int16_t> in, std::span<std::uint8_t> out);

// From one law to the other, in place where `in` and `out` are the same bytes (tables of G.711
// section 3 by way of the linear values).
void transcode_g711(Law from, ByteView in, std::span<std::uint8_t> out);

}  // namespace cloudvno::media
