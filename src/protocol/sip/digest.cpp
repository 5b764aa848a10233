// Hashes by OpenSSL, and the lists of fields.
#include "protocol/sip/digest.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include "base/bytes.hpp"
#include "base/invariant.hpp"
#include "protocol/sip/uri.hpp"

namespace cloudvno::sip {

std::string_view algorithm_name(DigestAlgorithm algorithm) {
  return algorithm == DigestAlgorithm::md5 ? "MD5" : "SHA-256";
}

std::optional<DigestAlgorithm> parse_algorithm(std::string_view name) {
  if (name.empty() || equal_words(name, "MD5")) return DigestAlgorithm::md5;
  if (equal_words(name, "SHA-256")) return DigestAlgorithm::sha256;
  return std::nullopt;
}

std::optional<DigestFields> DigestFields::parse(std::string_view value) {
  value = trim(value);
  if (value.size() < 7 || !equal_words(value.substr(0, 7), "Digest ")) return std::nullopt;
  value.remove_prefix(7);
  DigestFields out;
  while (true) {
    value = trim(value);
    if (value.empty()) return out;
    std::size_t equals = value.find('=');
    if (equals == std::string_view::npos || out.fields_.size() == 32) return std::nullopt;
    std::string_view name = trim(value.substr(0, equals));
    value = trim(value.substr(equals + 1));
    std::string text;
    std::size_t at = 0;
    if (value.starts_with('"')) {
      for (at = 1; at < value.size() && value[at] != '"'; ++at) {
        if (value[at] == '\\' && at + 1 < value.size()) ++at;
        text += value[at];
      }
      if (at == value.size()) return std::nullopt;
      ++at;
    } else {
      at = std::min(value.find(','), value.size());
      text = trim(value.substr(0, at));
    }
    out.fields_.emplace_back(name, std::move(text));
    value = trim(value.substr(at));
    if (value.empty()) return out;
    if (value.front() != ',') return std::nullopt;
    value.remove_prefix(1);
  }
}

std::string_view DigestFields::find(std::string_view name) const {
  for (const auto& [key, value] : fields_)
    if (equal_words(key, name)) return value;
  return {};
}

std::string digest_hash(DigestAlgorithm algorithm, std::string_view text) {
  const EVP_MD* kind = algorithm == DigestAlgorithm::md5 ? EVP_md5() : EVP_sha256();
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  invariant(EVP_Digest(text.data(), text.size(), out, &length, kind, nullptr) == 1,
            "OpenSSL has MD5 and SHA-256");
  return to_hex(ByteView(out, length));
}

std::string make_ha1(DigestAlgorithm algorithm, std::string_view username, std::string_view realm,
                     std::string_view password) {
  return digest_hash(algorithm, fmt::format("{}:{}:{}", username, realm, password));
}

std::string digest_response(const DigestInput& in) {
  std::string ha2 = digest_hash(in.algorithm, fmt::format("{}:{}", in.method, in.uri));
  if (in.qop.empty())
    return digest_hash(in.algorithm, fmt::format("{}:{}:{}", in.ha1, in.nonce, ha2));
  return digest_hash(in.algorithm, fmt::format("{}:{}:{}:{}:{}:{}", in.ha1, in.nonce, in.nc,
                                               in.cnonce, in.qop, ha2));
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace cloudvno::sip
