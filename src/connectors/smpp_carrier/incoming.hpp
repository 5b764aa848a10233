// Between the carrier port's words and SMPP's (SMPP 3.4 sections 4.4, 4.6 and 5.2). Pure.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "domain/messaging/carrier.hpp"
#include "protocol/smpp/outcome.hpp"
#include "protocol/smpp/pdu.hpp"

namespace cloudvno::smpp_carrier {

// Type of number and numbering plan of an address that we send.
struct AddressKind {
  std::uint8_t ton = smpp::ton::international;
  std::uint8_t npi = smpp::npi::isdn;
};

// Numbers go out as digits without '+'. A receipt is asked for, of success and failure.
// A text over 254 octets goes in message_payload.
smpp::SubmitSm to_submit_sm(const messaging::Submission& submission, AddressKind source,
                            AddressKind destination);

// ESME_RTHROTTLED, ESME_RMSGQFUL and the temporary errors (ESME_RSYSERR, ESME_RX_T_APPN,
// ESME_RINVBNDSTS) are throttled; every other error is a refusal for good.
messaging::SubmitOutcome to_submit_outcome(const smpp::Outcome& outcome);

// What a deliver_sm or data_sm brings. `or_inbound` is set where only the text looks like a
// receipt: if nobody knows the id, it is a message of a person after all.
struct ReceiptIn {
  messaging::Receipt receipt;
  std::optional<messaging::InboundPart> or_inbound;
};
// Not to be handed on: the status to answer. ESME_ROK for a receipt that names no message.
struct Refusal {
  smpp::CommandStatus status;
};
using Incoming = std::variant<ReceiptIn, messaging::InboundPart, Refusal>;

Incoming read_incoming(const smpp::ShortMessage& message);
Incoming read_incoming(const smpp::DataSm& message);

// E.164, with '+' added where the type of number is international, or where a number of unknown
// type is as long as an international one (8 to 15 digits, not beginning with 0) or begins with
// "00". Nothing for alphanumeric and national addresses and short codes.
std::optional<PhoneNumber> to_phone_number(const smpp::Address& address);

// How deliver_sm_resp tells the SMSC what became of it; ESME_RX_T_APPN makes it come again.
smpp::CommandStatus receipt_status(messaging::Intake intake);
smpp::CommandStatus inbound_status(messaging::Intake intake);

}  // namespace cloudvno::smpp_carrier
