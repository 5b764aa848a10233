// Character sets besides the GSM alphabet and UCS-2.
#include "protocol/sms/charset.hpp"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/utf8.hpp"

namespace cloudvno::sms {
namespace {

// One character an octet; `character` says which.
template <class Character>
std::string from_octets(ByteView octets, Character character) {
  std::string out;
  out.reserve(octets.size());
  for (const auto octet : octets) append_utf8(out, character(octet));
  return out;
}

char32_t cyrillic_of(std::uint8_t octet) {
  if (octet <= 0xA0 || octet == 0xAD) return octet;
  if (octet == 0xF0) return U'\u2116';
  if (octet == 0xFD) return U'\u00A7';
  return char32_t{octet} - 0xA0 + 0x0400;  // the block follows the set
}

char32_t hebrew_of(std::uint8_t octet) {
  if (octet >= 0xE0 && octet <= 0xFA) return char32_t{octet} - 0xE0 + 0x05D0;
  switch (octet) {
    case 0xAA:
      return U'\u00D7';
    case 0xBA:
      return U'\u00F7';
    case 0xDF:
      return U'\u2017';
    case 0xFD:
      return U'\u200E';
    case 0xFE:
      return U'\u200F';
    case 0xA1:
      return replacement_character;
    default:
      return octet <= 0xBE ? char32_t{octet} : replacement_character;
  }
}

// A conversion of the C library's, by its name there.
class Conversion {
 public:
  explicit Conversion(const char* from) : handle_(::iconv_open("UTF-8", from)) {}
  ~Conversion() {
    if (is_open()) ::iconv_close(handle_);
  }
  Conversion(const Conversion&) = delete;
  Conversion& operator=(const Conversion&) = delete;

  std::string read(ByteView octets) {
    std::string out;
    std::string copy(as_text(octets));  // iconv takes it non-const
    char* in = copy.data();
    std::size_t left = copy.size();
    std::array<char, 256> room{};
    while (left > 0) {
      char* to = room.data();
      std::size_t free = room.size();
      const bool done =
          is_open() && ::iconv(handle_, &in, &left, &to, &free) != static_cast<std::size_t>(-1);
      out.append(room.data(), room.size() - free);
      if (done || (is_open() && errno == E2BIG)) continue;
      append_utf8(out, replacement_character);
      ++in;
      --left;
    }
    return out;
  }

 private:
  // iconv_open's answer for "there is none" is no pointer to anything.
  bool is_open() const { return reinterpret_cast<std::intptr_t>(handle_) != -1; }

  iconv_t handle_;
};

}  // namespace

std::string from_ascii(ByteView octets) {
  return from_octets(
      octets, [](std::uint8_t octet) { return octet > 0x7F ? replacement_character : octet; });
}

std::string from_latin1(ByteView octets) {
  return from_octets(octets, [](std::uint8_t octet) { return char32_t{octet}; });
}

std::string from_cyrillic(ByteView octets) {
  return from_octets(octets, cyrillic_of);
}

std::string from_hebrew(ByteView octets) {
  return from_octets(octets, hebrew_of);
}

std::string from_utf8(ByteView octets) {
  std::string out;
  auto rest = as_text(octets);
  while (!rest.empty()) {
    const auto character = take_code_point(rest);
    if (!character) rest.remove_prefix(1);
    append_utf8(out, character.value_or(replacement_character));
  }
  return out;
}

std::string from_jis(ByteView octets) {
  const bool wide = std::ranges::any_of(octets, [](std::uint8_t octet) { return octet > 0x7F; });
  return Conversion(wide ? "SHIFT_JIS" : "ISO-2022-JP").read(octets);
}

Bytes to_single_octets(std::string_view utf8, std::uint8_t last) {
  Bytes out;
  while (!utf8.empty()) {
    const auto character = take_code_point(utf8);
    if (!character) utf8.remove_prefix(1);
    const bool fits = character && *character <= last;
    out.push_back(fits ? static_cast<std::uint8_t>(*character) : std::uint8_t{'?'});
  }
  return out;
}

}  // namespace cloudvno::sms
