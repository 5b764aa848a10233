// Between the carrier port's words and SMPP's.
#include "connectors/smpp_carrier/translate.hpp"

#include <algorithm>
#include <charconv>

#include "domain/messaging/delivery_errors.hpp"
#include "protocol/smpp/receipt.hpp"
#include "protocol/smpp/time_format.hpp"
#include "protocol/sms/data_coding.hpp"

namespace cloudvno::smpp_carrier {
namespace {

using smpp::CommandStatus;
using smpp::MessageState;
using smpp::Tag;

constexpr std::uint8_t network_type_gsm = 3;  // section 5.3.2.31
constexpr std::size_t least_international_digits = 8;

bool is_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// The SMSC's own code, taken as a GSM one. Departure: `err` of Appendix B is each vendor's own;
// those who set it to a MAP error write it in decimal.
std::optional<int> gsm_error(const smpp::Receipt& receipt) {
  if (receipt.network_error && receipt.network_error->network_type == network_type_gsm) {
    return receipt.network_error->error_code;
  }
  int code = 0;
  const auto& text = receipt.error;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), code);
  if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return code;
}

// 3GPP TS 29.002 section 17.6.6 and 17.7.7.
int error_of_gsm(std::optional<int> code) {
  switch (code.value_or(0)) {
    case 1:  // unknown subscriber
    case 9:  // illegal subscriber
      return messaging::error_unknown_destination;
    case 13:  // call barred
    case 21:  // facility not supported
      return messaging::error_blocked;
    case 5:   // unidentified subscriber
    case 6:   // absent subscriber SM
    case 27:  // absent subscriber
    case 31:  // subscriber busy for MT SMS
    case 32:  // SM delivery failure: the handset's memory
      return messaging::error_unreachable;
    default:
      return messaging::error_not_known;
  }
}

messaging::Receipt to_receipt(const smpp::Receipt& from, bool intermediate) {
  using enum messaging::ReceiptState;
  messaging::Receipt receipt;
  receipt.carrier_id = from.id;
  if (intermediate || !from.state) return receipt;
  switch (*from.state) {
    case MessageState::enroute:
    case MessageState::accepted:
      receipt.state = in_progress;
      return receipt;
    case MessageState::delivered:
      receipt.state = delivered;
      return receipt;
    case MessageState::expired:
      receipt.error_code = messaging::error_unreachable;
      break;
    case MessageState::rejected:
      receipt.error_code = messaging::error_carrier_refused;
      break;
    case MessageState::undeliverable:
      receipt.error_code = error_of_gsm(gsm_error(from));
      break;
    case MessageState::deleted:
    case MessageState::unknown:
      receipt.error_code = messaging::error_not_known;
      break;
  }
  receipt.state = undelivered;
  return receipt;
}

std::optional<sms::Concatenation> read_sar(const smpp::Tlvs& tlvs) {
  const auto reference = smpp::find_u16(tlvs, Tag::sar_msg_ref_num);
  const auto total = smpp::find_u8(tlvs, Tag::sar_total_segments);
  const auto number = smpp::find_u8(tlvs, Tag::sar_segment_seqnum);
  if (!reference || !total || !number || *number == 0 || *number > *total) return std::nullopt;
  return sms::Concatenation{*reference, *total, *number, true};
}

// What both PDUs have; views into the PDU.
struct Carried {
  const smpp::Address& source;
  const smpp::Address& destination;
  std::uint8_t esm_class;
  std::uint8_t data_coding;
  ByteView octets;
  const smpp::Tlvs& tlvs;
};

std::variant<messaging::InboundPart, Refusal> read_inbound(const Carried& carried) {
  const auto from = to_phone_number(carried.source);
  if (!from) return Refusal{CommandStatus::ESME_RINVSRCADR};
  const auto to = to_phone_number(carried.destination);
  if (!to) return Refusal{CommandStatus::ESME_RINVDSTADR};
  messaging::InboundPart part;
  part.from = *from;
  part.to = *to;
  part.concatenation = read_sar(carried.tlvs);
  auto octets = carried.octets;
  if ((carried.esm_class & smpp::esm_class::udh_indicator) != 0) {
    if (const auto user_data = sms::parse_user_data(octets)) {
      octets = user_data->text;
      if (user_data->concatenation) part.concatenation = user_data->concatenation;
    }
  }
  auto text = sms::decode_text(carried.data_coding, octets);
  if (!text) return Refusal{CommandStatus::ESME_RX_P_APPN};
  part.text = std::move(*text);
  return part;
}

Incoming read(const Carried& carried, const std::optional<smpp::Receipt>& told) {
  if (told) {
    if (told->id.empty()) return Refusal{CommandStatus::ESME_ROK};
    const auto type = carried.esm_class & smpp::esm_class::type_mask;
    const bool intermediate = type == smpp::esm_class::intermediate_notification;
    return ReceiptIn{to_receipt(*told, intermediate), std::nullopt};
  }
  auto inbound = read_inbound(carried);
  if (const auto* refusal = std::get_if<Refusal>(&inbound)) return *refusal;
  auto& part = std::get<messaging::InboundPart>(inbound);
  // Departure: some SMSCs leave esm_class at 0. Only the whole form of Appendix B counts then.
  const auto looks = smpp::parse_receipt(part.text);
  if (looks && !looks->id.empty() && looks->state && looks->submitted && looks->done_date) {
    return ReceiptIn{to_receipt(*looks, false), std::move(part)};
  }
  return std::move(part);
}

ByteView payload(const smpp::Tlvs& tlvs) {
  const auto* found = smpp::find(tlvs, Tag::message_payload);
  return found ? ByteView(found->value) : ByteView();
}

}  // namespace

smpp::SubmitSm to_submit_sm(const messaging::Submission& submission, AddressKind source,
                            AddressKind destination) {
  smpp::SubmitSm pdu;
  pdu.source = {source.ton, source.npi, std::string(submission.from.digits())};
  pdu.destination = {destination.ton, destination.npi, std::string(submission.to.digits())};
  if (submission.part.has_header()) pdu.esm_class = smpp::esm_class::udh_indicator;
  // An empty period would be the SMSC's own, which is days.
  pdu.validity_period =
      smpp::print_relative(std::max(submission.validity, std::chrono::seconds(1)));
  pdu.registered_delivery = smpp::registered_delivery::final_receipt;
  pdu.data_coding =
      submission.encoding == sms::Encoding::ucs2 ? sms::coding_ucs2 : sms::coding_gsm7;
  auto octets = submission.part.udh;
  octets.insert(octets.end(), submission.part.user_data.begin(), submission.part.user_data.end());
  if (octets.size() > smpp::limits::short_message) {
    pdu.tlvs.push_back({Tag::message_payload, std::move(octets)});
  } else {
    pdu.short_message = std::move(octets);
  }
  return pdu;
}

messaging::SubmitOutcome to_submit_outcome(const smpp::Outcome& outcome) {
  using enum messaging::SubmitResult;
  using Kind = smpp::Outcome::Kind;
  if (outcome.accepted()) {
    const auto* response = std::get_if<smpp::SubmitSmResp>(&outcome.response.body);
    return {accepted, response ? response->message_id : std::string(), 0};
  }
  switch (outcome.kind) {
    case Kind::not_sent:
      return {not_sent, {}, 0};
    case Kind::unanswered:
    case Kind::timed_out:
      return {unknown, {}, 0};
    case Kind::invalid:
      return {refused, {}, messaging::error_carrier_refused};
    case Kind::answered:
      break;
  }
  switch (outcome.response.status) {
    case CommandStatus::ESME_ROK:
      return {unknown, {}, 0};  // a generic_nack that names no error
    case CommandStatus::ESME_RTHROTTLED:
    case CommandStatus::ESME_RMSGQFUL:
    case CommandStatus::ESME_RSYSERR:
    case CommandStatus::ESME_RX_T_APPN:
    case CommandStatus::ESME_RINVBNDSTS:
      return {throttled, {}, 0};
    case CommandStatus::ESME_RINVDSTADR:
    case CommandStatus::ESME_RINVDSTTON:
    case CommandStatus::ESME_RINVDSTNPI:
      return {refused, {}, messaging::error_unknown_destination};
    default:
      return {refused, {}, messaging::error_carrier_refused};
  }
}

Incoming read_incoming(const smpp::ShortMessage& message) {
  const auto octets =
      message.short_message.empty() ? payload(message.tlvs) : ByteView(message.short_message);
  return read({message.source, message.destination, message.esm_class, message.data_coding, octets,
               message.tlvs},
              smpp::receipt_of(message));
}

Incoming read_incoming(const smpp::DataSm& message) {
  return read({message.source, message.destination, message.esm_class, message.data_coding,
               payload(message.tlvs), message.tlvs},
              smpp::receipt_of(message));
}

std::optional<PhoneNumber> to_phone_number(const smpp::Address& address) {
  std::string_view digits = address.addr;
  bool international = address.ton == smpp::ton::international;
  if (digits.starts_with('+')) {
    digits.remove_prefix(1);
    international = true;
  }
  if (!is_digits(digits)) return std::nullopt;
  if (!international) {
    if (address.ton != smpp::ton::unknown) return std::nullopt;
    if (digits.starts_with("00")) digits.remove_prefix(2);
    if (digits.size() < least_international_digits) return std::nullopt;
  }
  return PhoneNumber::parse("+" + std::string(digits));
}

smpp::CommandStatus receipt_status(messaging::Intake intake) {
  // Nothing is kept of a receipt that is not ours, so it need not come again.
  return intake == messaging::Intake::try_later ? CommandStatus::ESME_RX_T_APPN
                                                : CommandStatus::ESME_ROK;
}

smpp::CommandStatus inbound_status(messaging::Intake intake) {
  switch (intake) {
    case messaging::Intake::kept:
      return CommandStatus::ESME_ROK;
    case messaging::Intake::not_ours:
      return CommandStatus::ESME_RINVDSTADR;
    case messaging::Intake::try_later:
      break;
  }
  return CommandStatus::ESME_RX_T_APPN;
}

}  // namespace cloudvno::smpp_carrier
