// A dialog (RFC 3261 section 12): what both ends of a call keep to write requests to each other.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "protocol/sip/compose.hpp"
#include "protocol/sip/message.hpp"
#include "protocol/sip/transport.hpp"

namespace cloudvno::sip {

struct Dialog {
  std::string call_id;
  std::string local;   // our From or To as it stands in headers, with our tag
  std::string remote;  // the other's, with its tag
  std::string local_tag, remote_tag;
  std::uint32_t local_cseq = 0;
  std::optional<std::uint32_t> remote_cseq;
  Uri remote_target;
  std::vector<std::string> routes;  // in the order of our Route headers
  Peer reached;  // how the message came that made it; its open stream is used further

  // From the 2xx or 18x to our INVITE (section 12.1.2), and from an INVITE that came (12.1.1).
  static Dialog of_caller(const SipMessage& response, std::uint32_t cseq, const Peer& sent_to);
  static Dialog of_callee(const SipMessage& request, std::string_view local_tag,
                          const Peer& source);

  // A target refresh request or its answer may name another target (section 12.2).
  void refresh_target(const SipMessage& message);

  // Where requests go: to the first route, else to the remote target.
  Peer next_hop() const;
  struct Head {
    std::string target;  // Request-URI
    std::vector<std::string> routes;
  };
  Head head() const;  // section 12.2.1.1, strict routers included
};

// Where a URI points to; `usual` is the transport where the URI names none.
Peer peer_of(const Uri& uri, Transport usual);

}  // namespace cloudvno::sip
