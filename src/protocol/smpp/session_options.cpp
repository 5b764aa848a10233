// Names of the reasons why sessions end.
#include "protocol/smpp/session_options.hpp"

namespace cloudvno::smpp {

std::string_view close_reason_name(CloseReason reason) {
  switch (reason) {
    case CloseReason::closed:
      return "closed";
    case CloseReason::aborted:
      return "aborted";
    case CloseReason::unbound_by_peer:
      return "unbound_by_peer";
    case CloseReason::connection_lost:
      return "connection_lost";
    case CloseReason::bind_refused:
      return "bind_refused";
    case CloseReason::bind_timeout:
      return "bind_timeout";
    case CloseReason::response_timeout:
      return "response_timeout";
    case CloseReason::inactive:
      return "inactive";
    case CloseReason::stalled:
      return "stalled";
    case CloseReason::protocol_error:
      break;
  }
  return "protocol_error";
}

}  // namespace cloudvno::smpp
