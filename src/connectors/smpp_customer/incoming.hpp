// From what an ESME submits to the engine's words (SMPP 3.4 sections 4.4, 4.5 and 4.7). Pure.
#pragma once

#include <expected>
#include <vector>

#include "domain/messaging/submit_part.hpp"
#include "protocol/smpp/pdu.hpp"

namespace cloudvno::smpp_customer {

// The furthest that schedule_delivery_time reaches.
inline constexpr std::chrono::days furthest_schedule{35};

// Ours, in the range that section 5.1.3 leaves to vendors: the recipient opted out.
inline constexpr auto recipient_unsubscribed = static_cast<smpp::CommandStatus>(0x00000400);

// Credential, account and mode are left for the caller. The status to refuse with otherwise.
using Read = std::expected<messaging::SubmittedPart, smpp::CommandStatus>;
Read read_submit(const smpp::SubmitSm& submit, Time now);
Read read_submit(const smpp::DataSm& submit, Time now);

// One destination of a submit_multi, in the order of the PDU. Distribution lists are refused each.
struct OneOfMany {
  smpp::Address destination;
  Read read;
};
std::vector<OneOfMany> read_submit(const smpp::SubmitMulti& submit, Time now);

// What submit_sm_resp says of an error of the engine's.
smpp::CommandStatus status_of(const Error& error);

}  // namespace cloudvno::smpp_customer
