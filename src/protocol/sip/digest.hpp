// HTTP digest as SIP uses it (RFC 3261 section 22, RFC 8760): what both sides compute.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cloudvno::sip {

enum class DigestAlgorithm { md5, sha256 };

std::string_view algorithm_name(DigestAlgorithm algorithm);  // "SHA-256"
// Nothing for an algorithm that is not ours; MD5 where none is named (RFC 2617).
std::optional<DigestAlgorithm> parse_algorithm(std::string_view name);

// The fields of a challenge or of an answer to one.
class DigestFields {
 public:
  // Nothing where it is not of the scheme Digest, malformed, or of more than 32 fields.
  static std::optional<DigestFields> parse(std::string_view value);
  // Unquoted; "" where it is missing.
  std::string_view find(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

// Lower-case hex, as all below.
std::string digest_hash(DigestAlgorithm algorithm, std::string_view text);
// H(username:realm:password): the secret that both sides know.
std::string make_ha1(DigestAlgorithm algorithm, std::string_view username, std::string_view realm,
                     std::string_view password);

struct DigestInput {
  DigestAlgorithm algorithm = DigestAlgorithm::sha256;
  std::string_view ha1, nonce, nc, cnonce;
  std::string_view qop;  // "auth"; empty for a peer of RFC 2069
  std::string_view method, uri;
};
std::string digest_response(const DigestInput& input);

// Between quotes, with '"' and '\' escaped.
std::string quoted(std::string_view text);

}  // namespace cloudvno::sip
