// Choosing a challenge and writing its answer.
#include "protocol/sip/digest_client.hpp"

#include <fmt/format.h>

#include "base/random.hpp"

namespace cloudvno::sip {

std::optional<DigestClient::Challenge> DigestClient::read(std::string_view value) {
  auto fields = DigestFields::parse(value);
  if (!fields) return std::nullopt;
  auto algorithm = parse_algorithm(fields->find("algorithm"));
  std::string_view qop = fields->find("qop");
  // One that wants only auth-int cannot be answered.
  if (!algorithm || fields->find("nonce").empty() || (!qop.empty() && !lists_word(qop, "auth")))
    return std::nullopt;
  Challenge challenge;
  challenge.algorithm = *algorithm;
  challenge.realm = fields->find("realm");
  challenge.nonce = fields->find("nonce");
  challenge.opaque = fields->find("opaque");
  challenge.has_opaque = !challenge.opaque.empty();
  challenge.has_qop = !qop.empty();
  challenge.stale = equal_words(fields->find("stale"), "true");
  return challenge;
}

void DigestClient::begin() {
  if (server_) server_->taken_now = false;
  if (proxy_) proxy_->taken_now = false;
}

bool DigestClient::take(const SipMessage& response) {
  if (!credentials_) return false;
  bool proxy = response.status == 407;
  std::optional<Challenge> best;
  for (std::string_view value : response.all(proxy ? "Proxy-Authenticate" : "WWW-Authenticate")) {
    auto challenge = read(value);
    // Of equal ones the first, which the server prefers (RFC 8760 section 2.4).
    if (!challenge || (best && best->algorithm >= challenge->algorithm)) continue;
    best = std::move(challenge);
  }
  auto& slot = proxy ? proxy_ : server_;
  if (!best) return false;
  // Asked again although it was answered: the password is wrong.
  if (slot && slot->taken_now && slot->used != 0 && !best->stale) return false;
  // A server that finds every nonce stale would be asked for ever.
  if (slot && slot->taken_now && slot->stale) return false;
  slot = std::move(best);
  return true;
}

std::string DigestClient::answer_to(Challenge& challenge, std::string_view method,
                                    std::string_view uri) const {
  ++challenge.used;
  std::string nc = fmt::format("{:08x}", challenge.used);
  std::string cnonce = fmt::format("{:016x}", random_u64());
  std::string ha1 = make_ha1(challenge.algorithm, credentials_->username, challenge.realm,
                             credentials_->password);
  std::string response = digest_response({.algorithm = challenge.algorithm,
                                          .ha1 = ha1,
                                          .nonce = challenge.nonce,
                                          .nc = nc,
                                          .cnonce = cnonce,
                                          .qop = challenge.has_qop ? "auth" : "",
                                          .method = method,
                                          .uri = uri});
  std::string out =
      fmt::format("Digest username={}, realm={}, nonce={}, uri={}, response=\"{}\", algorithm={}",
                  quoted(credentials_->username), quoted(challenge.realm), quoted(challenge.nonce),
                  quoted(uri), response, algorithm_name(challenge.algorithm));
  if (challenge.has_qop) out += fmt::format(", qop=auth, nc={}, cnonce=\"{}\"", nc, cnonce);
  if (challenge.has_opaque) out += ", opaque=" + quoted(challenge.opaque);
  return out;
}

std::vector<Header> DigestClient::answer(std::string_view method, std::string_view uri) {
  std::vector<Header> headers;
  if (server_) headers.push_back({"Authorization", answer_to(*server_, method, uri)});
  if (proxy_) headers.push_back({"Proxy-Authorization", answer_to(*proxy_, method, uri)});
  return headers;
}

}  // namespace cloudvno::sip
