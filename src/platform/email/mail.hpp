// A mail, and what it looks like on the wire (RFC 5322, RFC 2045, RFC 2047).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace cloudvno::email {

struct Mail {
  std::string to;       // an address that needs no quoting
  std::string subject;  // UTF-8, one line
  std::string text;     // UTF-8
};

// "Name <a@b.c>" or "a@b.c" as it is configured.
struct Sender {
  std::string name;
  std::string address;
};
// Nothing where there is no address, or what would end the header.
std::optional<Sender> parse_sender(std::string_view text);

// The whole message with CRLF lines of at most 998 characters. `id`: the left side of Message-ID.
std::string print_mail(const Sender& sender, const Mail& mail, std::string_view id, Time now);

}  // namespace cloudvno::email
