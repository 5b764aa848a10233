// Between the simulated network's words and SMPP 3.4's (sections 4.4 and 4.6). Pure.
#pragma once

#include "base/time.hpp"
#include "connectors/simulator/network.hpp"
#include "protocol/smpp/outcome.hpp"
#include "protocol/smpp/pdu.hpp"

namespace cloudvno::simulator {

// ESME_RINVSRCADR and ESME_RINVDSTADR where an address is no international number.
std::expected<SubmittedPart, smpp::CommandStatus> read_submit(smpp::SubmitSm&& submit);

smpp::CommandStatus submit_status(SubmitAnswer::Kind kind);

// A receipt tells its id, state and error both in the text of Appendix B and in TLVs.
smpp::DeliverSm to_deliver_sm(const Delivery& delivery);

DeliveryResult to_delivery_result(const smpp::Outcome& outcome);

}  // namespace cloudvno::simulator
