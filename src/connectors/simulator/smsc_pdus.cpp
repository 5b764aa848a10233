// Between the simulated network's words and SMPP 3.4's.
#include "connectors/simulator/smsc_pdus.hpp"

#include <fmt/format.h>

#include "protocol/smpp/receipt.hpp"
#include "protocol/sms/data_coding.hpp"

namespace cloudvno::simulator {
namespace {

using smpp::CommandStatus;
using smpp::Tag;

constexpr std::uint8_t network_type_gsm = 3;  // section 5.3.2.31

std::optional<PhoneNumber> read_address(const smpp::Address& address) {
  if (address.ton != smpp::ton::international) return std::nullopt;
  return PhoneNumber::parse("+" + address.addr);
}

smpp::Address write_address(const PhoneNumber& number) {
  return {smpp::ton::international, smpp::npi::isdn, std::string(number.digits())};
}

void write_receipt(smpp::DeliverSm& pdu, const PartReceipt& receipt) {
  const auto state =
      receipt.delivered ? smpp::MessageState::delivered : smpp::MessageState::undeliverable;
  smpp::Receipt text;
  text.id = receipt.id;
  text.submitted = 1;
  text.delivered = receipt.delivered ? 1 : 0;
  text.submit_date = receipt.submitted_at;
  text.done_date = receipt.done_at;
  text.state = state;
  text.error = fmt::format("{:03}", receipt.error);
  pdu.esm_class = smpp::esm_class::delivery_receipt;
  pdu.short_message = to_bytes(smpp::print_receipt(text));
  pdu.tlvs = {smpp::tlv_text(Tag::receipted_message_id, receipt.id),
              smpp::tlv_u8(Tag::message_state, static_cast<std::uint8_t>(state)),
              {Tag::network_error_code, {network_type_gsm, 0, receipt.error}}};
}

void write_part(smpp::DeliverSm& pdu, const HandsetPart& part) {
  pdu.data_coding = part.encoding == sms::Encoding::ucs2 ? sms::coding_ucs2 : sms::coding_gsm7;
  if (part.part.has_header()) pdu.esm_class = smpp::esm_class::udh_indicator;
  pdu.short_message = part.part.udh;
  pdu.short_message.insert(pdu.short_message.end(), part.part.user_data.begin(),
                           part.part.user_data.end());
}

}  // namespace

std::expected<SubmittedPart, CommandStatus> read_submit(smpp::SubmitSm&& submit) {
  const auto line = read_address(submit.source);
  if (!line) return std::unexpected(CommandStatus::ESME_RINVSRCADR);
  const auto handset = read_address(submit.destination);
  if (!handset) return std::unexpected(CommandStatus::ESME_RINVDSTADR);
  SubmittedPart part;
  part.pair = {*line, *handset};
  part.data_coding = submit.data_coding;
  const auto asked = submit.registered_delivery & smpp::registered_delivery::receipt_mask;
  part.wants_receipt = asked == smpp::registered_delivery::final_receipt;
  part.wants_failure_receipt = asked == smpp::registered_delivery::failure_receipt;
  part.text = std::move(submit.short_message);
  if (const auto* payload = smpp::find(submit.tlvs, Tag::message_payload);
      payload && part.text.empty()) {
    part.text = payload->value;
  }
  if ((submit.esm_class & smpp::esm_class::udh_indicator) == 0) return part;
  const auto user_data = sms::parse_user_data(part.text);
  if (!user_data) return std::unexpected(CommandStatus::ESME_RINVESMCLASS);
  part.concatenation = user_data->concatenation;
  part.text = Bytes(user_data->text.begin(), user_data->text.end());
  return part;
}

CommandStatus submit_status(SubmitAnswer::Kind kind) {
  switch (kind) {
    case SubmitAnswer::Kind::taken:
      return CommandStatus::ESME_ROK;
    case SubmitAnswer::Kind::no_such_recipient:
      return CommandStatus::ESME_RINVDSTADR;
    case SubmitAnswer::Kind::throttled:
      return CommandStatus::ESME_RTHROTTLED;
    case SubmitAnswer::Kind::temporary_error:
      return CommandStatus::ESME_RSYSERR;
    case SubmitAnswer::Kind::full:
      return CommandStatus::ESME_RMSGQFUL;
    case SubmitAnswer::Kind::link_drops:
      break;
  }
  return CommandStatus::ESME_RSYSERR;  // not sent
}

smpp::DeliverSm to_deliver_sm(const Delivery& delivery) {
  smpp::DeliverSm pdu;
  pdu.source = write_address(delivery.pair.handset);
  pdu.destination = write_address(delivery.pair.line);
  if (const auto* receipt = std::get_if<PartReceipt>(&delivery.what)) {
    write_receipt(pdu, *receipt);
  } else {
    write_part(pdu, std::get<HandsetPart>(delivery.what));
  }
  return pdu;
}

DeliveryResult to_delivery_result(const smpp::Outcome& outcome) {
  using Kind = smpp::Outcome::Kind;
  if (outcome.accepted()) return DeliveryResult::taken;
  switch (outcome.kind) {
    case Kind::not_sent:
      return DeliveryResult::not_sent;
    case Kind::unanswered:
    case Kind::timed_out:
      return DeliveryResult::later;
    case Kind::invalid:
      return DeliveryResult::refused;
    case Kind::answered:
      break;
  }
  switch (outcome.response.status) {
    case CommandStatus::ESME_RX_T_APPN:
    case CommandStatus::ESME_RMSGQFUL:
    case CommandStatus::ESME_RTHROTTLED:
    case CommandStatus::ESME_RSYSERR:
      return DeliveryResult::later;
    default:
      return DeliveryResult::refused;
  }
}

}  // namespace cloudvno::simulator
