// G.711: 8-bit mu-law and A-law from and to 16-bit linear samples (ITU-T G.711).
#include "protocol/media/g711.hpp"

#include <algorithm>

namespace cloudvno::media {
namespace {

// Sign, segment (3 bits) and step (4 bits), all inverted on the wire; values of 14 bits.
constexpr std::int16_t mu_to_linear(std::uint8_t byte) {
  const int bits = ~byte & 0xff;
  const int segment = bits >> 4 & 7;
  const int magnitude = ((((bits & 15) << 1) + 33) << segment) - 33;
  return static_cast<std::int16_t>((bits & 0x80 ? -magnitude : magnitude) * 4);
}

// Even bits are inverted on the wire, a set sign is positive; values of 13 bits.
constexpr std::int16_t a_to_linear(std::uint8_t byte) {
  const int bits = byte ^ 0x55;
  const int segment = bits >> 4 & 7;
  const int step = ((bits & 15) << 1) + 1;
  const int magnitude = segment == 0 ? step : (step + 32) << (segment - 1);
  return static_cast<std::int16_t>((bits & 0x80 ? magnitude : -magnitude) * 8);
}

constexpr int segment_of(int magnitude, int first_end) {
  int segment = 0;
  while (segment < 7 && magnitude >= first_end << segment) ++segment;
  return segment;
}

constexpr std::uint8_t linear_to_mu(int sample) {
  const bool negative = sample < 0;
  // Biased by 33 (of 14 bits), and not beyond the last decision value.
  const int magnitude = std::min((negative ? ~sample : sample) / 4 + 33, 8'191);
  const int segment = segment_of(magnitude, 64);
  const int step = magnitude >> (segment + 1) & 15;
  return static_cast<std::uint8_t>(~((negative ? 0x80 : 0) | segment << 4 | step));
}

constexpr std::uint8_t linear_to_a(int sample) {
  const bool negative = sample < 0;
  const int magnitude = (negative ? ~sample : sample) / 8;
  const int segment = segment_of(magnitude, 32);
  const int step = magnitude >> (segment == 0 ? 1 : segment) & 15;
  return static_cast<std::uint8_t>(((negative ? 0 : 0x80) | segment << 4 | step) ^ 0x55);
}

struct Tables {
  std::array<std::int16_t, 256> to_linear;
  std::array<std::uint8_t, 256> to_other;
  // By the upper 14 bits, which is all that either law sees.
  std::array<std::uint8_t, 16'384> from_linear;
};

Tables make_tables(Law law) {
  Tables tables{};
  for (int i = 0; i < 256; ++i) {
    const auto byte = static_cast<std::uint8_t>(i);
    const std::int16_t linear = law == Law::mu ? mu_to_linear(byte) : a_to_linear(byte);
    tables.to_linear[byte] = linear;
    tables.to_other[byte] = law == Law::mu ? linear_to_a(linear) : linear_to_mu(linear);
  }
  for (int i = 0; i < 16'384; ++i) {
    const int sample = (i - 8'192) * 4;
    tables.from_linear[static_cast<std::size_t>(i)] =
        law == Law::mu ? linear_to_mu(sample) : linear_to_a(sample);
  }
  return tables;
}

const Tables& tables_of(Law law) {
  static const Tables mu = make_tables(Law::mu);
  static const Tables a = make_tables(Law::a);
  return law == Law::mu ? mu : a;
}
std::size_t place(std::int16_t sample) {
  return static_cast<std::uint16_t>((sample >> 2) + 8'192);
}

}  // namespace

std::int16_t decode_g711(Law law, std::uint8_t byte) {
  return tables_of(law).to_linear[byte];
}

std::uint8_t encode_g711(Law law, std::int16_t sample) {
  return tables_of(law).from_linear[place(sample)];
}

void decode_g711(Law law, ByteView in, std::span<std::int16_t> out) {
  const auto& table = tables_of(law).to_linear;
  for (std::size_t i = 0; i < in.size(); ++i) out[i] = table[in[i]];
}

void encode_g711(Law law, std::span<const std::int16_t> in, std::span<std::uint8_t> out) {
  const auto& table = tables_of(law).from_linear;
  for (std::size_t i = 0; i < in.size(); ++i) out[i] = table[place(in[i])];
}

void transcode_g711(Law from, ByteView in, std::span<std::uint8_t> out) {
  const auto& table = tables_of(from).to_other;
  for (std::size_t i = 0; i < in.size(); ++i) out[i] = table[in[i]];
}

}  // namespace cloudvno::media
