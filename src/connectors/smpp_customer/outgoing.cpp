// Writing receipts and inbound messages.
#include "connectors/smpp_customer/outgoing.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "domain/messaging/delivery_errors.hpp"
#include "protocol/smpp/receipt.hpp"
#include "protocol/smpp/time_format.hpp"
#include "protocol/sms/data_coding.hpp"
#include "protocol/sms/split.hpp"
#include "protocol/sms/ucs2.hpp"

namespace cloudvno::smpp_customer {
namespace {

using smpp::MessageState;
using smpp::Tag;

smpp::Address write_address(const PhoneNumber& number) {
  if (number.is_short_code()) {
    return {smpp::ton::network_specific, smpp::npi::unknown, std::string(number.digits())};
  }
  return {smpp::ton::international, smpp::npi::isdn, std::string(number.digits())};
}

constexpr int error_base = 30'000;  // `err` has three digits

MessageState state_of(const smpp_access::Outcome& outcome) {
  if (outcome.status == "delivered") return MessageState::delivered;
  if (outcome.status == "canceled") return MessageState::deleted;
  switch (outcome.error) {
    case messaging::error_validity_expired:
      return MessageState::expired;
    case messaging::error_not_known:
      return MessageState::unknown;
    case messaging::error_carrier_refused:
    case messaging::error_blocked:
      return MessageState::rejected;
    default:
      return MessageState::undeliverable;
  }
}

smpp::DeliverSm write_receipt(const std::string& id, const smpp_access::Outcome& outcome) {
  const auto state = state_of(outcome);
  smpp::Receipt receipt;
  receipt.id = id;
  receipt.submitted = 1;
  receipt.delivered = state == MessageState::delivered ? 1 : 0;
  receipt.submit_date = outcome.submitted_at;
  receipt.done_date = outcome.done_at;
  receipt.state = state;
  receipt.error = fmt::format("{:03}", std::clamp(outcome.error - error_base, 0, 999));
  smpp::DeliverSm pdu;
  pdu.esm_class = smpp::esm_class::delivery_receipt;
  pdu.short_message = to_bytes(smpp::print_receipt(receipt));
  pdu.tlvs = {smpp::tlv_text(Tag::receipted_message_id, id),
              smpp::tlv_u8(Tag::message_state, static_cast<std::uint8_t>(state))};
  return pdu;
}

std::vector<smpp::DeliverSm> write_text(const smpp_access::Return& one, bool payload) {
  std::vector<smpp::DeliverSm> pdus;
  // Of the message's random digits: differs from one text to the next.
  const auto reference = static_cast<std::uint16_t>(std::hash<MessageSid>()(one.message));
  const auto split = sms::split_text(one.body, reference);
  // An inbound text of many parts may be longer than one of ours; it goes as a whole.
  if (!split || (payload && split->parts.size() > 1)) {
    smpp::DeliverSm pdu;
    pdu.data_coding = sms::coding_ucs2;
    Bytes octets;
    if (!split || split->encoding == sms::Encoding::ucs2) {
      octets = sms::to_ucs2(one.body).value_or(Bytes());
    } else {
      pdu.data_coding = sms::coding_gsm7;
      for (const auto& part : split->parts) {
        octets.insert(octets.end(), part.user_data.begin(), part.user_data.end());
      }
    }
    pdu.tlvs = {{Tag::message_payload, std::move(octets)}};
    pdus.push_back(std::move(pdu));
    return pdus;
  }
  for (const auto& part : split->parts) {
    smpp::DeliverSm pdu;
    pdu.data_coding = split->encoding == sms::Encoding::ucs2 ? sms::coding_ucs2 : sms::coding_gsm7;
    if (part.has_header()) pdu.esm_class = smpp::esm_class::udh_indicator;
    pdu.short_message = part.udh;
    pdu.short_message.insert(pdu.short_message.end(), part.user_data.begin(), part.user_data.end());
    pdus.push_back(std::move(pdu));
  }
  return pdus;
}

}  // namespace

std::vector<smpp::DeliverSm> to_deliver_sm(const smpp_access::Return& one, bool payload) {
  std::vector<smpp::DeliverSm> pdus;
  if (one.outcome) {
    for (const auto& id : one.outcome->ids) pdus.push_back(write_receipt(id, *one.outcome));
  } else {
    pdus = write_text(one, payload);
  }
  for (auto& pdu : pdus) {
    pdu.source = write_address(one.from);
    pdu.destination = write_address(one.to);
  }
  return pdus;
}

smpp::QuerySmResp write_state(const std::string& id, const messaging::Message& message) {
  smpp::QuerySmResp answer;
  answer.message_id = id;
  auto state = MessageState::enroute;
  const int error = message.error_code.value_or(0);
  if (messaging::is_final(message.status)) {
    state = state_of({{}, std::string(messaging::status_name(message.status)), error, {}, {}});
    answer.final_date = smpp::print_absolute(message.updated_at);
  }
  answer.message_state = static_cast<std::uint8_t>(state);
  answer.error_code =
      error == 0 ? 0 : static_cast<std::uint8_t>(std::clamp(error - error_base, 0, 255));
  return answer;
}

}  // namespace cloudvno::smpp_customer
