// Random bytes from the system's cryptographic generator.
#pragma once

#include <cstdint>
#include <span>

#include "base/bytes.hpp"

namespace cloudvno {

// Fit for keys; drawn ahead in a buffer of each thread, because a call a number costs more than the
// number.
void fill_random(std::span<std::uint8_t> out);
Bytes random_bytes(std::size_t count);
std::uint64_t random_u64();

}  // namespace cloudvno
