// Receipts and inbound messages as deliver_sm (SMPP 3.4 section 4.6 and Appendix B), and the states
// that query_sm asks for. Pure.
#pragma once

#include <vector>

#include "domain/messaging/message.hpp"
#include "domain/smpp_access/return_store.hpp"
#include "protocol/smpp/pdu.hpp"

namespace cloudvno::smpp_customer {

// In the order in which they go: a receipt for each id, or the parts of an inbound text.
std::vector<smpp::DeliverSm> to_deliver_sm(const smpp_access::Return& one, bool payload);

// `id`: as it was asked for. error_code, one octet here, is the last digits of the message's, as
// far as they fit.
smpp::QuerySmResp write_state(const std::string& id, const messaging::Message& message);

}  // namespace cloudvno::smpp_customer
