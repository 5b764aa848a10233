// HMACs over URLs and bodies.
#include "domain/webhooks/signature.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/bytes.hpp"

namespace cloudvno::webhooks {
namespace {

Bytes hmac(const EVP_MD* digest, ByteView key, std::string_view text) {
  Bytes out(EVP_MAX_MD_SIZE);
  unsigned int size = 0;
  HMAC(digest, key.data(), static_cast<int>(key.size()), as_bytes(text).data(), text.size(),
       out.data(), &size);
  out.resize(size);
  return out;
}

void sort_by_name(http::Fields& fields) {
  // Repeats of a name stay in their order; stable_sort of libstdc++ 12 calls what C++17 deprecates.
  std::multimap<std::string, std::string> sorted;
  for (auto& [name, value] : fields) sorted.emplace(std::move(name), std::move(value));
  fields.assign(sorted.begin(), sorted.end());
}

}  // namespace

std::string cloudvno_signature(std::string_view auth_token, std::string_view url,
                               http::Fields fields) {
  sort_by_name(fields);
  return to_hex(
      hmac(EVP_sha256(), as_bytes(auth_token), std::string(url) + http::print_form(fields)));
}

Result<std::string> standard_signature(std::string_view secret, std::string_view id,
                                       std::int64_t timestamp_s, std::string_view body) {
  constexpr std::string_view prefix = "whsec_";
  constexpr std::size_t shortest = 24;
  constexpr std::size_t longest = 64;
  std::optional<Bytes> key;
  if (secret.starts_with(prefix)) key = from_base64(secret.substr(prefix.size()));
  if (!key || key->size() < shortest || key->size() > longest) {
    return fault("a webhook secret is not whsec_ and base64 of 24 to 64 bytes");
  }
  return "v1," +
         to_base64(hmac(EVP_sha256(), *key, fmt::format("{}.{}.{}", id, timestamp_s, body)));
}

std::string twilio_signature(std::string_view auth_token, std::string_view url,
                             http::Fields fields) {
  sort_by_name(fields);
  std::string text(url);
  for (const auto& [name, value] : fields) text += name + value;
  return to_base64(hmac(EVP_sha1(), as_bytes(auth_token), text));
}

}  // namespace cloudvno::webhooks
