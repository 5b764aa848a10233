// SHA-256, from OpenSSL.
#include "base/sha256.hpp"

#include <openssl/evp.h>

#include "base/invariant.hpp"

namespace cloudvno {

Bytes sha256(std::string_view text) {
  Bytes out(32);
  invariant(EVP_Digest(text.data(), text.size(), out.data(), nullptr, EVP_sha256(), nullptr) == 1,
            "SHA-256 failed");
  return out;
}

}  // namespace cloudvno
