// SHA-256 (FIPS 180-4).
#pragma once

#include <string_view>

#include "base/bytes.hpp"

namespace cloudvno {

Bytes sha256(std::string_view text);  // 32 bytes

}  // namespace cloudvno
