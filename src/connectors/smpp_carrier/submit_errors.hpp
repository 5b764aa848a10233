// What each error of submit_sm_resp means for the message (SMPP 3.4 section 5.1.3, table 5-2).
//
//   throttled   too fast or the queue is full: everything waits, in order
//   temporary   this message waits, others go on
//   rebind      the carrier took the bind for none: as throttled, and the bind is made anew
//   refused     for good; the message fails, with the reason where the error tells one
#pragma once

#include <set>

#include "domain/messaging/carrier.hpp"
#include "protocol/smpp/status.hpp"

namespace cloudvno::smpp_carrier {

// A carrier's own meaning of errors, before the table's.
struct ErrorRules {
  std::set<smpp::CommandStatus> throttled;
  std::set<smpp::CommandStatus> temporary;
};

struct ErrorVerdict {
  messaging::SubmitResult result = messaging::SubmitResult::refused;
  int error_code = 0;  // of a refusal, from delivery_errors.hpp
  bool rebind = false;
};

// Of any status but ESME_ROK. Errors without a place in the table are refused, vendors' own
// (0x400-0x4FF) among them: a message that goes again and again would be worse.
ErrorVerdict judge_error(smpp::CommandStatus status, const ErrorRules& rules);

}  // namespace cloudvno::smpp_carrier
