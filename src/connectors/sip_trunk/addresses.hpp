// Numbers and SIP addresses in INVITEs, both ways.
#pragma once

#include <optional>
#include <string>

#include "connectors/sip_trunk/trunk.hpp"
#include "domain/voice/leg.hpp"
#include "protocol/sip/call_events.hpp"
#include "protocol/sip/user_agent.hpp"

namespace cloudvno::sip_trunk {

// Nothing where the trunk has no host and `order.to` is no SIP address. `our_host` stands behind
// the caller's number.
std::optional<sip::InviteOptions> make_invite(const voice::LegOrder& order,
                                              const TrunkOptions& trunk,
                                              const std::string& our_host);

// Who calls whom, and what an application is told beside.
voice::IncomingCall read_invite(const sip::IncomingCall& incoming, const TrunkOptions& trunk);

}  // namespace cloudvno::sip_trunk
