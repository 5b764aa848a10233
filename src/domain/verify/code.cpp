// Making, reading and comparing codes.
#include "domain/verify/code.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/utf8.hpp"

namespace cloudvno::verify {
namespace {

constexpr std::size_t most_typed_bytes = 128;

// The zeros of Unicode 15's runs of decimal digits in the basic plane, and the full-width ones.
constexpr std::array<char32_t, 23> zeros{
    0x0030, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6,
    0x0D66, 0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x17E0, 0x1810, 0x1946, 0xA8D0, 0xFF10};

std::optional<char> digit_of(char32_t character) {
  for (const auto zero : zeros) {
    if (character >= zero && character < zero + 10) {
      return static_cast<char>('0' + (character - zero));
    }
  }
  return std::nullopt;
}

// What stands between digits, and the marks that keyboards and messengers of scripts from right to
// left put around a number.
bool is_between(char32_t character) {
  constexpr std::array<char32_t, 14> known{' ',    '-',    '\t',   0x00A0, 0x2009, 0x200B, 0x200E,
                                           0x200F, 0x2010, 0x2011, 0x202F, 0x2066, 0x2069, 0x3000};
  return std::ranges::find(known, character) != known.end();
}

std::uint64_t power_of_ten(int exponent) {
  std::uint64_t power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

}  // namespace

std::string derive_code(const vault::Keys& keys, const VerificationSid& sid, int length) {
  const auto codes = power_of_ten(length);
  // A draw in the last, incomplete run of codes would make the first codes likelier.
  const auto bound = UINT64_MAX - UINT64_MAX % codes;
  std::uint64_t draw = UINT64_MAX;
  for (int round = 0; draw >= bound; ++round) {
    const auto mac = keys.blind_index("verification.code", fmt::format("{}:{}", sid.view(), round));
    draw = 0;
    for (std::size_t i = 0; i < sizeof draw; ++i) draw = draw << 8 | mac[i];
  }
  return fmt::format("{:0{}}", draw % codes, length);
}

std::optional<std::string> read_code(std::string_view text) {
  if (text.size() > most_typed_bytes) return std::nullopt;
  std::string code;
  while (!text.empty()) {
    const auto character = take_code_point(text);
    if (!character) return std::nullopt;
    if (const auto digit = digit_of(*character)) {
      code += *digit;
    } else if (!is_between(*character)) {
      return std::nullopt;
    }
  }
  const auto length = static_cast<int>(code.size());
  if (length < least_code_length || length > most_code_length) return std::nullopt;
  return code;
}

bool is_same_code(std::string_view right, std::string_view given) {
  return equal_in_constant_time(as_bytes(right), as_bytes(given));
}

}  // namespace cloudvno::verify
