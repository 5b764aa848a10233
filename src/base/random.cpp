// Random bytes from the system's cryptographic generator.
#include "base/random.hpp"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>

#include "base/invariant.hpp"

namespace cloudvno {

void fill_random(std::span<std::uint8_t> out) {
  constexpr std::size_t ahead = 1024;
  thread_local std::array<std::uint8_t, ahead> buffer;
  thread_local std::size_t used = ahead;
  if (out.size() > ahead / 4) {
    invariant(RAND_bytes(out.data(), static_cast<int>(out.size())) == 1, "random generator failed");
    return;
  }
  if (used + out.size() > ahead) {
    invariant(RAND_bytes(buffer.data(), ahead) == 1, "random generator failed");
    used = 0;
  }
  std::copy_n(buffer.begin() + static_cast<std::ptrdiff_t>(used), out.size(), out.begin());
  OPENSSL_cleanse(buffer.data() + used, out.size());  // what was handed out stays nowhere else
  used += out.size();
}

Bytes random_bytes(std::size_t count) {
  Bytes out(count);
  fill_random(out);
  return out;
}

std::uint64_t random_u64() {
  std::array<std::uint8_t, 8> bytes;
  fill_random(bytes);
  std::uint64_t value = 0;
  for (const auto byte : bytes) value = value << 8 | byte;
  return value;
}

}  // namespace cloudvno
