// Making names and passwords.
#include "domain/smpp_access/credential.hpp"

#include <fmt/format.h>

#include "base/random.hpp"

namespace cloudvno::smpp_access {
namespace {

// Each letter equally likely: bytes beyond the last whole multiple are drawn anew.
std::string random_text(std::size_t length, std::string_view alphabet) {
  const auto fair = 256 / alphabet.size() * alphabet.size();
  std::string text;
  while (text.size() < length) {
    for (const auto byte : random_bytes(length - text.size())) {
      if (byte < fair) text += alphabet[byte % alphabet.size()];
    }
  }
  return text;
}

}  // namespace

std::string make_system_id() {
  return "cv" + random_text(12, "0123456789abcdefghijklmnopqrstuvwxyz");
}

std::string make_password() {
  return random_text(8, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
}

Bytes hash_password(const vault::Keys& keys, const SmppCredentialSid& sid,
                    std::string_view password) {
  return keys.blind_index("smpp_credential.password", fmt::format("{}:{}", sid.view(), password));
}

}  // namespace cloudvno::smpp_access
