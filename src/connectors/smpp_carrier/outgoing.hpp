// From the carrier port's words to SMPP's: submit_sm and what its answer means (SMPP 3.4 sections
// 4.4 and 5.2). Pure.
#pragma once

#include "connectors/smpp_carrier/options.hpp"
#include "domain/messaging/carrier.hpp"
#include "protocol/smpp/outcome.hpp"
#include "protocol/smpp/pdu.hpp"

namespace cloudvno::smpp_carrier {

// Numbers go out as digits without '+'. The place of a part in its text goes by header or by sar_
// parameters, as the carrier wants it. With LongMessages::message_payload the submission's `text`
// goes out, not its part: in message_payload, or in short_message where it is one SMS.
smpp::SubmitSm to_submit_sm(const messaging::Submission& submission, const Dialect& dialect);

// `carrier_id` is as the carrier wrote it.
struct Answer {
  messaging::SubmitOutcome outcome;
  bool rebind = false;  // the bind is of no use any more
};
Answer to_answer(const smpp::Outcome& outcome, const ErrorRules& rules);

}  // namespace cloudvno::smpp_carrier
