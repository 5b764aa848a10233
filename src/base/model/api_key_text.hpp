// The text of an API key: "cvno_live_" or "cvno_test_", 32 random bytes in base62 (43 characters),
// and a checksum (CRC-32 of all before it, in base62, 6 characters), so that scanners find a leaked
// key and a mistyped one is refused without a look-up.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace cloudvno {

enum class KeyMode { live, test };

std::string make_api_key_text(KeyMode mode);
// The mode if prefix, length, letters and checksum fit.
std::optional<KeyMode> parse_api_key_text(std::string_view text);
// SHA-256: the only form in which a key is stored. The text has 256 random bits, so no slow hash is
// needed.
Bytes hash_api_key_text(std::string_view text);

}  // namespace cloudvno
