// A peer that calls go to and come from.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/net/address_guard.hpp"
#include "protocol/sip/digest_client.hpp"
#include "protocol/sip/transport.hpp"

namespace cloudvno::sip_trunk {

struct TrunkOptions {
  std::string name;
  // Where its calls go: a name or an address; empty: it takes only calls to SIP addresses.
  std::string host;
  std::uint16_t port = 5060;
  sip::Transport transport = sip::Transport::udp;
  std::optional<sip::Credentials> credentials;  // ours, where it asks for them
  // Who may call in: from these addresses, or by this user's digest.
  std::vector<net::AddressRange> allowed;
  std::optional<sip::Credentials> caller;
  std::uint32_t session_expires = 1'800;  // seconds; 0: no session timer of ours
  bool names_account = false;             // X-CloudVNO-Account and -Call in what goes out
};

}  // namespace cloudvno::sip_trunk
