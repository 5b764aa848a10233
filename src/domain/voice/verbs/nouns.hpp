// What Dial dials: Number and Sip (TwiML reference).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "domain/voice/session.hpp"

namespace cloudvno::voice {

struct Noun {
  std::string address;  // E.164, or a SIP URI
  std::string username;
  std::string password;
  std::vector<std::pair<std::string, std::string>> headers;  // of the SIP URI
  std::string send_digits;
  Instructions whisper;
  StatusCallback callback;
};

inline constexpr std::size_t most_nouns = 10;

// Those that can be dialled; of the others the customer is told.
std::vector<Noun> read_nouns(Session& session, const twiml::Node& dial);

}  // namespace cloudvno::voice
