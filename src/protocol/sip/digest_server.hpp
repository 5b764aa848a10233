// Challenging requests and judging the answers (RFC 3261 section 22.4, RFC 7616, RFC 8760).
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "protocol/sip/digest.hpp"
#include "protocol/sip/message.hpp"

namespace cloudvno::sip {

// What the other side's user is known by: make_ha1() of each algorithm; an empty one is not
// accepted.
struct KnownUser {
  std::string ha1_md5;
  std::string ha1_sha256;
};
using FindUser =
    std::function<std::optional<KnownUser>(std::string_view realm, std::string_view username)>;

// Nonces are a time, a random number and their HMAC under a key of this process: nothing is kept
// for a challenge. What is kept is, for at most 10,000 nonces that were answered rightly, the
// highest nc; an answer that does not count on is a replay, and refused as stale.
class DigestServer {
 public:
  struct Verdict {
    bool accepted = false;
    bool stale = false;  // the answer was right, but its nonce is too old or used
    std::string username;
  };

  explicit DigestServer(const Clock& clock, Micros nonce_age = std::chrono::minutes(5));

  // An answer with an algorithm that was not asked for is none.
  Verdict judge(const SipMessage& request, std::string_view realm, const FindUser& find,
                std::span<const DigestAlgorithm> algorithms);
  // WWW-Authenticate, one for each algorithm.
  std::vector<Header> challenges(std::string_view realm, bool stale,
                                 std::span<const DigestAlgorithm> algorithms) const;

 private:
  std::string make_nonce() const;
  enum class Freshness { forged, old, fresh };
  Freshness look_at(std::string_view nonce) const;
  bool count_on(const std::string& nonce, std::uint32_t nc);

  const Clock& clock_;
  Micros nonce_age_;
  Bytes key_;
  struct Use {
    std::uint32_t highest;
    Micros until;
  };
  std::unordered_map<std::string, Use> used_;
};

}  // namespace cloudvno::sip
