// Nonces and verdicts.
#include "protocol/sip/digest_server.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <charconv>

#include "base/invariant.hpp"
#include "base/random.hpp"

namespace cloudvno::sip {
namespace {

constexpr std::size_t plain_length = 32;  // hex of the time and of the random number
constexpr std::size_t mac_length = 32;    // hex of half the HMAC
constexpr std::size_t max_used = 10'000;

std::string mac_of(ByteView key, std::string_view plain) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  invariant(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                 reinterpret_cast<const unsigned char*>(plain.data()), plain.size(), out,
                 &length) != nullptr,
            "OpenSSL has HMAC");
  return to_hex(ByteView(out, mac_length / 2));
}

template <class Number>
std::optional<Number> from_hex_number(std::string_view text) {
  Number number{};
  auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
  if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

DigestServer::DigestServer(const Clock& clock, Micros nonce_age)
    : clock_(clock), nonce_age_(nonce_age), key_(random_bytes(32)) {}

std::string DigestServer::make_nonce() const {
  std::string plain = fmt::format("{:016x}{:016x}", clock_.elapsed().count(), random_u64());
  return plain + mac_of(key_, plain);
}

DigestServer::Freshness DigestServer::look_at(std::string_view nonce) const {
  if (nonce.size() != plain_length + mac_length) return Freshness::forged;
  std::string_view plain = nonce.substr(0, plain_length);
  if (!equal_in_constant_time(as_bytes(nonce.substr(plain_length)), as_bytes(mac_of(key_, plain))))
    return Freshness::forged;
  auto made = from_hex_number<std::int64_t>(plain.substr(0, 16));
  if (!made) return Freshness::forged;
  return clock_.elapsed() - Micros(*made) > nonce_age_ ? Freshness::old : Freshness::fresh;
}

bool DigestServer::count_on(const std::string& nonce, std::uint32_t nc) {
  Micros now = clock_.elapsed();
  auto found = used_.find(nonce);
  if (found != used_.end()) {
    if (nc <= found->second.highest) return false;
    found->second.highest = nc;
    return true;
  }
  if (used_.size() >= max_used) {
    std::erase_if(used_, [now](const auto& use) { return use.second.until < now; });
    // Full of living ones: who answers is asked again rather than let in unwatched.
    if (used_.size() >= max_used) return false;
  }
  used_.emplace(nonce, Use{nc, now + nonce_age_});
  return true;
}

DigestServer::Verdict DigestServer::judge(const SipMessage& request, std::string_view realm,
                                          const FindUser& find,
                                          std::span<const DigestAlgorithm> algorithms) {
  Verdict verdict;
  for (std::string_view value : request.all("Authorization")) {
    auto fields = DigestFields::parse(value);
    if (!fields || fields->find("realm") != realm) continue;
    auto algorithm = parse_algorithm(fields->find("algorithm"));
    auto nc = from_hex_number<std::uint32_t>(fields->find("nc"));
    std::string_view nonce = fields->find("nonce");
    Freshness freshness = look_at(nonce);
    // We ask for qop, so an answer without it is an older, weaker one that nobody needs.
    if (!algorithm || std::ranges::find(algorithms, *algorithm) == algorithms.end() || !nc ||
        !equal_words(fields->find("qop"), "auth") || freshness == Freshness::forged)
      continue;
    // The URI is part of what is signed: it has to be the request's. Departure (RFC 7616 section
    // 3.4.6): one without a user will do, since clients in the field sign the domain alone.
    auto signed_uri = Uri::parse(fields->find("uri"));
    if (!signed_uri || !equal_words(signed_uri->host, request.target.host) ||
        (!signed_uri->user.empty() && signed_uri->user != request.target.user))
      continue;
    std::string username(fields->find("username"));
    auto user = find(realm, username);
    const std::string nobody(algorithm == DigestAlgorithm::md5 ? 32 : 64, '0');
    std::string ha1 = nobody;  // an unknown user takes as long to refuse as a wrong password
    if (user) ha1 = algorithm == DigestAlgorithm::md5 ? user->ha1_md5 : user->ha1_sha256;
    bool usable = user && !ha1.empty();
    std::string expected = digest_response({.algorithm = *algorithm,
                                            .ha1 = ha1,
                                            .nonce = nonce,
                                            .nc = fields->find("nc"),
                                            .cnonce = fields->find("cnonce"),
                                            .qop = fields->find("qop"),
                                            .method = request.method,
                                            .uri = fields->find("uri")});
    bool right = equal_in_constant_time(as_bytes(expected), as_bytes(fields->find("response")));
    if (!usable || !right) continue;
    if (freshness == Freshness::old || !count_on(std::string(nonce), *nc)) {
      verdict.stale = true;
      continue;
    }
    verdict.accepted = true;
    verdict.stale = false;
    verdict.username = std::move(username);
    return verdict;
  }
  return verdict;
}

std::vector<Header> DigestServer::challenges(std::string_view realm, bool stale,
                                             std::span<const DigestAlgorithm> algorithms) const {
  std::vector<Header> headers;
  for (DigestAlgorithm algorithm : algorithms)
    headers.push_back(
        {"WWW-Authenticate",
         fmt::format("Digest realm={}, nonce=\"{}\", qop=\"auth\", algorithm={}{}", quoted(realm),
                     make_nonce(), algorithm_name(algorithm), stale ? ", stale=true" : "")});
  return headers;
}

}  // namespace cloudvno::sip
