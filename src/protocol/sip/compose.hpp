// Writing SIP messages (RFC 3261 section 7).
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "protocol/sip/message.hpp"
#include "protocol/sip/transport.hpp"

namespace cloudvno::sip {

// Appends line after line. Control characters in a value, with which it could forge a header, are
// left out.
class Composer {
 public:
  static Composer request(std::string_view method, std::string_view target);
  static Composer response(int status, std::string_view reason);

  Composer& header(std::string_view name, std::string_view value);
  Composer& headers(std::span<const Header> headers);
  // Ends the message. No Content-Type is written for an empty body.
  std::string finish(std::string_view content_type = {}, std::string_view body = {});

 private:
  void append_clean(std::string_view text);
  std::string out_;
};

// "Alice" <sip:alice@host>, with the quoting that the display name needs.
std::string format_name_addr(std::string_view display, std::string_view uri);
// "host:port" with brackets around an IPv6 address; without a port where it is 0.
std::string format_host(std::string_view host, std::uint16_t port);
std::string_view default_reason(int status);

// The start of a response: Via (the topmost with received and rport: RFC 3261 section 18.2.1, RFC
// 3581), Record-Route where it makes a dialog, From, To with our tag, Call-ID, CSeq.
Composer start_response(const SipMessage& request, const Peer& source, int status,
                        std::string_view reason, std::string_view to_tag);
// Where a response has to be sent (section 18.2.2).
Peer response_target(const SipMessage& request, const Peer& source);

// From an INVITE that we wrote: the ACK of a final response other than 2xx (section 17.1.1.3), and
// its CANCEL (section 9.1). `to` is the response's To.
std::string compose_ack(std::string_view invite, std::string_view to);
std::string compose_cancel(std::string_view invite, std::span<const Header> extra);

}  // namespace cloudvno::sip
