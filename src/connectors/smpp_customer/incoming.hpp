// From what an ESME asks to the engine's words (SMPP 3.4 sections 4.4, 4.5 and 4.7). Pure.
#pragma once

#include <expected>
#include <vector>

#include "domain/messaging/manage_submitted.hpp"
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

// What query_sm, cancel_sm and replace_sm mean (sections 4.8 to 4.10); the credential, account and
// mode are left for the caller. A cancel_sm without a message_id means all of the pair.
using ReadRef = std::expected<messaging::SubmittedRef, smpp::CommandStatus>;
ReadRef read_ref(const std::string& message_id, const smpp::Address& source);
std::expected<PhoneNumber, smpp::CommandStatus> read_destination(const smpp::Address& destination);
std::expected<messaging::Replacement, smpp::CommandStatus> read_replace(
    const smpp::ReplaceSm& replace, Time now);

// What submit_sm_resp says of an error of the engine's.
smpp::CommandStatus status_of(const Error& error);

}  // namespace cloudvno::smpp_customer
