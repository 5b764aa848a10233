// The table of submit_sm_resp's errors.
#include "connectors/smpp_carrier/submit_errors.hpp"

#include "domain/messaging/delivery_errors.hpp"

namespace cloudvno::smpp_carrier {

ErrorVerdict judge_error(smpp::CommandStatus status, const ErrorRules& rules) {
  using enum messaging::SubmitResult;
  using enum smpp::CommandStatus;
  if (rules.throttled.contains(status)) return {throttled};
  if (rules.temporary.contains(status)) return {temporary};
  switch (status) {
    case ESME_RTHROTTLED:
    case ESME_RMSGQFUL:
      return {throttled};

    case ESME_RSYSERR:    // the SMSC's own trouble
    case ESME_RX_T_APPN:  // temporary by its name
      return {temporary};

    case ESME_RINVBNDSTS:  // not bound for this
    case ESME_RBINDFAIL:
    case ESME_RINVPASWD:  // the session's rights were taken away
    case ESME_RINVSYSID:
      return {.result = throttled, .rebind = true};

    case ESME_RINVDSTADR:
    case ESME_RINVDSTTON:
    case ESME_RINVDSTNPI:
      return {refused, messaging::error_unknown_destination};

    default:
      return {refused, messaging::error_carrier_refused};
  }
}

}  // namespace cloudvno::smpp_carrier
