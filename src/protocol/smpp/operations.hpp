// Which side may send what on which kind of session (SMPP 3.4 section 2.3, table 2-1).
#pragma once

#include <cstdint>

#include "protocol/smpp/pdu.hpp"

namespace cloudvno::smpp {

// The ESME is the client, who binds; the SMSC the server.
enum class Role : std::uint8_t { esme, smsc };

constexpr Role other(Role role) {
  return role == Role::esme ? Role::smsc : Role::esme;
}

// Whether `sender` may send this request on a session that is bound in this mode. Of the requests
// about messages only, and alert_notification; false for all else.
// Departure: table 2-1 leaves replace_sm out of BOUND_TRX; it is taken there too, as everywhere.
bool may_send(Role sender, CommandId request, BindMode mode);

}  // namespace cloudvno::smpp
