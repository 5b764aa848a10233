// From the carrier port's words to SMPP's: submit_sm and what its answer means (SMPP 3.4 sections
// 4.4 and 5.2). Pure.
#pragma once

#include "connectors/smpp_carrier/options.hpp"
#include "domain/messaging/carrier.hpp"
#include "protocol/smpp/outcome.hpp"
#include "protocol/smpp/pdu.hpp"

namespace cloudvno::smpp_carrier {

// Numbers go out as digits without '+'. A text over 254 octets goes in message_payload. The place
// of a part in its text goes by header or by sar_ parameters, as the carrier wants it.
smpp::SubmitSm to_submit_sm(const messaging::Submission& submission, const Dialect& dialect);

// The same with the whole text of the message in message_payload.
smpp::SubmitSm to_whole_submit_sm(const messaging::Submission& submission, const Dialect& dialect);

// `carrier_id` is as the carrier wrote it.
struct Answer {
  messaging::SubmitOutcome outcome;
  bool rebind = false;  // the bind is of no use any more
};
Answer to_answer(const smpp::Outcome& outcome, const ErrorRules& rules);

}  // namespace cloudvno::smpp_carrier
