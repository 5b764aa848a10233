// A SIP address as customers write it (RFC 3261 section 19.1; TwiML reference, "Sip").
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cloudvno::voice {

struct SipAddress {
  std::string uri;  // "sip:user@host[:port][;transport=udp|tcp|tls]"
  // Of "?X-Name=value&…": names that begin with X-, User-to-User, Remote-Party-ID,
  // P-Preferred-Identity and P-Called-Party-ID; decoded.
  std::vector<std::pair<std::string, std::string>> headers;
};

// At most 255 characters. Nothing where there is no user or no host, or a character stands in it
// that an address cannot have.
std::optional<SipAddress> parse_sip_address(std::string_view text);

}  // namespace cloudvno::voice
