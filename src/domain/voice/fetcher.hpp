// Asking a call's application: signed, with the call's cookies, redirects followed, tried again as
// its URL says.
#pragma once

#include <expected>
#include <string>

#include "domain/accounts/account.hpp"
#include "domain/voice/cookies.hpp"
#include "domain/voice/parts.hpp"
#include "protocol/twiml/fault.hpp"

namespace cloudvno::voice {

struct Ask {
  std::string url;  // absolute
  std::string method = "POST";
  http::Fields fields;
  std::size_t most_bytes = 64 * 1024;
};

// One for each call, on the control thread.
class Fetcher {
 public:
  static constexpr int most_redirects = 10;

  Fetcher(const Parts& parts, const accounts::Account& account)
      : parts_(parts), account_(account) {}

  struct Answer {
    std::string url;  // where it came from, after redirects
    std::string content_type;
    std::string body;
    http::Headers headers;
  };
  // A 2xx answer. Else a fault of the TwiML reference: 11100 bad URL, 11200 status, 11205 no
  // connection, 11215 too many redirects, and the connector's.
  net::Task<std::expected<Answer, twiml::Fault>> fetch(Ask ask);

 private:
  net::Task<std::expected<http::Response, DocumentFailure>> fetch_once(const Ask& ask);

  const Parts& parts_;
  const accounts::Account& account_;
  Cookies cookies_;
};

}  // namespace cloudvno::voice
