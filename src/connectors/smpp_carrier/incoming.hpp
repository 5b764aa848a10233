// From SMPP's words to the carrier port's: deliver_sm and data_sm (SMPP 3.4 sections 4.6, 4.7 and
// 5.2). Pure.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "domain/messaging/carrier.hpp"
#include "protocol/smpp/pdu.hpp"
#include "protocol/sms/data_coding.hpp"

namespace cloudvno::smpp_carrier {

// What a deliver_sm or data_sm brings. `or_inbound` is set where only the text looks like a
// receipt: if nobody knows the id, it is a message of a person after all.
// `receipt.carrier_id` is as the carrier wrote it, in the TLV if there is one; `other_id` as it
// stands in the text, where that is another.
struct ReceiptIn {
  messaging::Receipt receipt;
  std::string other_id;
  std::vector<PhoneNumber> parties = {};  // source and destination, where they are numbers
  std::optional<messaging::InboundPart> or_inbound;
};
// Not to be handed on: the status to answer. ESME_ROK for a receipt that names no message.
struct Refusal {
  smpp::CommandStatus status;
};
using Incoming = std::variant<ReceiptIn, messaging::InboundPart, Refusal>;

// The place of a part is read from its header (8 or 16 bits) or from the sar_ parameters, whatever
// the carrier wants for sending; a text of any length from message_payload. Texts in codings that
// have no table (binary, pictograms, Korean and others: sms::alphabet_of) are refused for good
// (ESME_RX_P_APPN).
Incoming read_incoming(const smpp::ShortMessage& message,
                       sms::DefaultAlphabet alphabet = sms::DefaultAlphabet::gsm7);
Incoming read_incoming(const smpp::DataSm& message,
                       sms::DefaultAlphabet alphabet = sms::DefaultAlphabet::gsm7);

// How deliver_sm_resp tells the SMSC what became of it; ESME_RX_T_APPN makes it come again.
smpp::CommandStatus receipt_status(messaging::Intake intake);
smpp::CommandStatus inbound_status(messaging::Intake intake);

}  // namespace cloudvno::smpp_carrier
