// Bytes and their spellings as text: hex, base64 (RFC 4648), base62.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cloudvno {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline Bytes to_bytes(std::string_view text) {
  return {text.begin(), text.end()};
}

std::string to_hex(ByteView bytes);                   // lower case
std::optional<Bytes> from_hex(std::string_view hex);  // either case
std::string to_base64(ByteView bytes);                // with padding
// Takes what to_base64 writes and nothing else: no white space, no bits set beyond the last byte.
std::optional<Bytes> from_base64(std::string_view text);

// Big-endian number in base 62 (0-9 A-Z a-z), left-padded with '0' to `width`, which holds it.
std::string to_base62(ByteView bytes, std::size_t width);

// Takes the same time wherever the two differ (they may differ in length at once).
bool equal_in_constant_time(ByteView a, ByteView b);

}  // namespace cloudvno
