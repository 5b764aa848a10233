// One received SIP message (RFC 3261 section 7) as plain values, and how it is read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/sip/uri.hpp"

namespace cloudvno::sip {

// Canonical name ("Via" for "v"), one value: lists of routes, contacts and Via are split at their
// commas, so each of them has a Header of its own.
struct Header {
  std::string name;
  std::string value;
};

struct NameAddr {
  std::string display;  // without quotes
  Uri uri;
  std::string tag;
};

struct Via {
  std::string protocol;  // "SIP/2.0/UDP"
  std::string host;      // IPv6 without brackets
  std::uint16_t port = 0;
  std::string branch;
  std::string received;
  bool has_rport = false;
  std::uint16_t rport = 0;
};

struct CSeq {
  std::uint32_t number = 0;
  std::string method;
};

struct SipMessage {
  bool is_request() const { return status == 0; }

  std::string method;  // of a request
  Uri target;          // its Request-URI
  std::string target_text;
  int status = 0;  // of a response
  std::string reason;

  // What each message has; `via` is the topmost.
  Via via;
  NameAddr from, to;
  std::string call_id;
  CSeq cseq;
  std::optional<NameAddr> contact;
  std::optional<std::uint32_t> max_forwards;

  std::vector<Header> headers;
  std::string body;

  // The first value of a header, "" where it is missing; names in any case, canonical form.
  std::string_view header(std::string_view name) const;
  bool has(std::string_view name) const;
  std::vector<std::string_view> all(std::string_view name) const;
  // Does a list header (Require, Supported, Allow) have the word, in any of its lines?
  bool lists(std::string_view name, std::string_view word) const;
  // The body where it is application/sdp, else "".
  std::string_view sdp() const;
};

// Bounds, checked before anything is parsed.
struct ParseLimits {
  std::size_t head = 16'384;  // start line and headers
  std::size_t body = 65'536;
  std::size_t lines = 256;
};

struct Parsed {
  enum class Kind {
    message,    // well-formed
    refused,    // a request that is to be answered with `refusal`
    unreadable  // nothing that could be answered: to be dropped
  };
  Kind kind = Kind::unreadable;
  SipMessage message;
  int refusal = 0;
  const char* why = "";
};

// Reads one message that `bytes` hold whole: a datagram, or what a stream's framing cut out. In a
// datagram, bytes after Content-Length are ignored (section 18.3).
Parsed parse_message(std::string_view bytes, const ParseLimits& limits = {});

// A header value of the form that From, To, Contact and Route have.
std::optional<NameAddr> parse_name_addr(std::string_view value);

}  // namespace cloudvno::sip
