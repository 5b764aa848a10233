// Making and checking the text of an API key.
#include "base/model/api_key_text.hpp"

#include <algorithm>
#include <array>

#include "base/random.hpp"
#include "base/sha256.hpp"

namespace cloudvno {
namespace {

constexpr std::string_view live_prefix = "cvno_live_";
constexpr std::string_view test_prefix = "cvno_test_";
constexpr std::size_t random_width = 43;
constexpr std::size_t checksum_width = 6;

bool is_base62_letter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// CRC-32 of IEEE 802.3, reflected.
std::uint32_t crc32(std::string_view text) {
  std::uint32_t crc = 0xffffffff;
  for (const char c : text) {
    crc ^= static_cast<std::uint8_t>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
  }
  return ~crc;
}

std::string checksum(std::string_view text) {
  const auto crc = crc32(text);
  const std::array<std::uint8_t, 4> bytes{
      static_cast<std::uint8_t>(crc >> 24), static_cast<std::uint8_t>(crc >> 16),
      static_cast<std::uint8_t>(crc >> 8), static_cast<std::uint8_t>(crc)};
  return to_base62(bytes, checksum_width);
}

}  // namespace

std::string make_api_key_text(KeyMode mode) {
  std::string text(mode == KeyMode::live ? live_prefix : test_prefix);
  text += to_base62(random_bytes(32), random_width);
  text += checksum(text);
  return text;
}

std::optional<KeyMode> parse_api_key_text(std::string_view text) {
  const bool live = text.starts_with(live_prefix);
  if (!live && !text.starts_with(test_prefix)) return std::nullopt;
  if (text.size() != live_prefix.size() + random_width + checksum_width) return std::nullopt;
  const auto body = text.substr(0, text.size() - checksum_width);
  if (!std::ranges::all_of(body.substr(live_prefix.size()), is_base62_letter)) return std::nullopt;
  if (checksum(body) != text.substr(body.size())) return std::nullopt;
  return live ? KeyMode::live : KeyMode::test;
}

Bytes hash_api_key_text(std::string_view text) {
  return sha256(text);
}

}  // namespace cloudvno
