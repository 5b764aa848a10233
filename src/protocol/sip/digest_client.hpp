// Answering digest challenges (RFC 3261 section 22.1-22.3, RFC 8760).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "protocol/sip/digest.hpp"
#include "protocol/sip/message.hpp"

namespace cloudvno::sip {

struct Credentials {
  std::string username;
  std::string password;
};

// Remembers the last challenge of the server and of the proxy, so that the later requests of a call
// carry their answer at once.
class DigestClient {
 public:
  explicit DigestClient(std::optional<Credentials> credentials)
      : credentials_(std::move(credentials)) {}

  // A new request begins, which may be challenged again: servers forget their nonces.
  void begin();
  // Takes the strongest challenge of a 401 or 407. False: there is none that can be answered, or
  // it refuses the answer to one that was taken for the same request.
  bool take(const SipMessage& response);
  // Authorization and Proxy-Authorization for the next request, as far as asked for.
  std::vector<Header> answer(std::string_view method, std::string_view uri);

 private:
  struct Challenge {
    DigestAlgorithm algorithm;
    std::string realm, nonce, opaque;
    bool has_opaque = false;
    bool has_qop = false;
    bool stale = false;
    std::uint32_t used = 0;
    bool taken_now = true;
  };
  static std::optional<Challenge> read(std::string_view value);
  std::string answer_to(Challenge& challenge, std::string_view method, std::string_view uri) const;

  std::optional<Credentials> credentials_;
  std::optional<Challenge> server_, proxy_;
};

}  // namespace cloudvno::sip
