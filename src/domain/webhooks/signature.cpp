// HMACs over URLs and bodies.
#include "domain/webhooks/signature.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "base/bytes.hpp"
#include "base/invariant.hpp"

namespace cloudvno::webhooks {
namespace {

// HMAC() would fetch the algorithm anew each time, which costs more than the HMAC.
Bytes hmac(const char* digest, ByteView key, std::string_view text) {
  static EVP_MAC* const fetched = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  invariant(fetched != nullptr, "OpenSSL has no HMAC");
  const std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> context(EVP_MAC_CTX_new(fetched),
                                                                          &EVP_MAC_CTX_free);
  invariant(context != nullptr, "no memory for a MAC context");
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, const_cast<char*>(digest), 0),
      OSSL_PARAM_construct_end()};
  Bytes out(EVP_MAX_MD_SIZE);
  std::size_t size = 0;
  const bool done = EVP_MAC_init(context.get(), key.data(), key.size(), parameters) == 1 &&
                    EVP_MAC_update(context.get(), as_bytes(text).data(), text.size()) == 1 &&
                    EVP_MAC_final(context.get(), out.data(), &size, out.size()) == 1;
  invariant(done, "HMAC failed");
  out.resize(size);
  return out;
}

void sort_by_name(http::Fields& fields) {
  // Repeats of a name stay in their order; stable_sort of libstdc++ 12 calls what C++17 deprecates.
  std::vector<std::size_t> order(fields.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, {}, [&](std::size_t i) {
    return std::pair<std::string_view, std::size_t>(fields[i].first, i);
  });
  http::Fields sorted;
  sorted.reserve(fields.size());
  for (const auto i : order) sorted.push_back(std::move(fields[i]));
  fields = std::move(sorted);
}

}  // namespace

std::string cloudvno_signature(std::string_view auth_token, std::string_view url,
                               http::Fields fields) {
  sort_by_name(fields);
  return to_hex(hmac("SHA256", as_bytes(auth_token), std::string(url) + http::print_form(fields)));
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
  return "v1," + to_base64(hmac("SHA256", *key, fmt::format("{}.{}.{}", id, timestamp_s, body)));
}

std::string twilio_signature(std::string_view auth_token, std::string_view url,
                             http::Fields fields) {
  sort_by_name(fields);
  std::string text(url);
  for (const auto& [name, value] : fields) text += name + value;
  return to_base64(hmac("SHA1", as_bytes(auth_token), text));
}

}  // namespace cloudvno::webhooks
