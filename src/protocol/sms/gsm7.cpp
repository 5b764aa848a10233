// The GSM 7-bit default alphabet (3GPP TS 23.038 section 6.2.1 and 6.2.1.1).
#include "protocol/sms/gsm7.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/invariant.hpp"
#include "base/utf8.hpp"

namespace cloudvno::sms {
namespace {

constexpr std::uint8_t escape = 0x1B;

// Sixteen codes a line, in the order of the standard's table. The escape itself reads as a space.
constexpr std::u32string_view alphabet =
    U"@£$¥èéùìòÇ\nØø\rÅå"
    U"Δ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ"
    U" !\"#¤%&'()*+,-./"
    U"0123456789:;<=>?"
    U"¡ABCDEFGHIJKLMNO"
    U"PQRSTUVWXYZÄÖÑÜ§"
    U"¿abcdefghijklmno"
    U"pqrstuvwxyzäöñüà";
static_assert(alphabet.size() == 128);

struct Extended {
  std::uint8_t code;
  char32_t character;
};
constexpr std::array extension = {
    Extended{0x0A, U'\f'}, Extended{0x14, U'^'}, Extended{0x28, U'{'}, Extended{0x29, U'}'},
    Extended{0x2F, U'\\'}, Extended{0x3C, U'['}, Extended{0x3D, U'~'}, Extended{0x3E, U']'},
    Extended{0x40, U'|'},  Extended{0x65, U'€'},
};

// From a code point to its code, with the escape in the high octet; all but the euro lie below.
constexpr std::uint16_t none = 0xFFFF;
constexpr std::size_t indexed = 0x400;
constexpr auto codes = [] {
  std::array<std::uint16_t, indexed> all{};
  all.fill(none);
  for (std::size_t code = 0; code < alphabet.size(); ++code) {
    if (code != escape) all[alphabet[code]] = static_cast<std::uint16_t>(code);
  }
  for (const auto& [code, character] : extension) {
    if (character < indexed) all[character] = static_cast<std::uint16_t>(escape << 8 | code);
  }
  return all;
}();

constexpr std::uint16_t code_of(char32_t character) {
  if (character < indexed) return codes[character];
  return character == U'€' ? escape << 8 | 0x65 : none;
}

}  // namespace

int septets_of(char32_t character) {
  const auto code = code_of(character);
  return code == none ? 0 : code > 0x7F ? 2 : 1;
}

void append_septets(Bytes& out, char32_t character) {
  const auto code = code_of(character);
  invariant(code != none, "a character outside the GSM alphabet has no septets");
  if (code > 0x7F) out.push_back(escape);
  out.push_back(static_cast<std::uint8_t>(code & 0x7F));
}

std::optional<Bytes> to_septets(std::string_view utf8) {
  Bytes out;
  out.reserve(utf8.size());
  while (!utf8.empty()) {
    const auto character = take_code_point(utf8);
    if (!character || septets_of(*character) == 0) return std::nullopt;
    append_septets(out, *character);
  }
  return out;
}

std::string from_septets(ByteView septets) {
  std::string out;
  out.reserve(septets.size());
  for (std::size_t i = 0; i < septets.size(); ++i) {
    auto code = septets[i];
    if (code == escape && i + 1 < septets.size()) {
      code = septets[++i];
      const auto* const found = std::ranges::find(extension, code, &Extended::code);
      if (found != extension.end()) {
        append_utf8(out, found->character);
        continue;
      }
    }
    append_utf8(out, code > 0x7F ? replacement_character : alphabet[code]);
  }
  return out;
}

Bytes pack_septets(ByteView septets, int fill_bits) {
  const auto shift = static_cast<std::size_t>(fill_bits);
  Bytes out((septets.size() * 7 + shift + 7) / 8);
  for (std::size_t i = 0; i < septets.size(); ++i) {
    const std::size_t bit = i * 7 + shift;
    const unsigned spread = (septets[i] & 0x7Fu) << bit % 8;
    out[bit / 8] |= static_cast<std::uint8_t>(spread);
    if (spread > 0xFF) out[bit / 8 + 1] |= static_cast<std::uint8_t>(spread >> 8);
  }
  return out;
}

Bytes unpack_septets(ByteView packed, std::size_t count, int fill_bits) {
  const auto shift = static_cast<std::size_t>(fill_bits);
  const std::size_t bits = packed.size() * 8;
  count = std::min(count, bits < shift ? 0 : (bits - shift) / 7);
  Bytes out(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t bit = i * 7 + shift;
    unsigned pair = packed[bit / 8];
    if (bit / 8 + 1 < packed.size()) pair |= static_cast<unsigned>(packed[bit / 8 + 1]) << 8;
    out[i] = static_cast<std::uint8_t>(pair >> bit % 8 & 0x7F);
  }
  return out;
}

}  // namespace cloudvno::sms
