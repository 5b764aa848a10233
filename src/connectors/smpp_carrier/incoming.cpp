// What comes in by deliver_sm and data_sm.
#include "connectors/smpp_carrier/incoming.hpp"

#include <charconv>

#include "domain/messaging/delivery_errors.hpp"
#include "protocol/smpp/addressing.hpp"
#include "protocol/smpp/receipt.hpp"
#include "protocol/sms/data_coding.hpp"

namespace cloudvno::smpp_carrier {
namespace {

using smpp::CommandStatus;
using smpp::MessageState;
using smpp::Tag;

constexpr std::uint8_t network_type_gsm = 3;  // section 5.3.2.31

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
  const auto segment = smpp::segment_of(tlvs);
  if (!segment) return std::nullopt;
  return sms::Concatenation{segment->reference, segment->total, segment->number, true};
}

// What both PDUs have; views into the PDU.
struct Carried {
  const smpp::Address& source;
  const smpp::Address& destination;
  std::uint8_t esm_class;
  std::uint8_t data_coding;
  ByteView octets;
  const smpp::Tlvs& tlvs;
  sms::DefaultAlphabet alphabet;
};

std::vector<PhoneNumber> parties_of(const Carried& carried) {
  std::vector<PhoneNumber> parties;
  for (const auto* address : {&carried.source, &carried.destination}) {
    if (auto number = smpp::to_phone_number(*address)) parties.push_back(std::move(*number));
  }
  return parties;
}

std::variant<messaging::InboundPart, Refusal> read_inbound(const Carried& carried) {
  const auto from = smpp::to_phone_number(carried.source);
  if (!from) return Refusal{CommandStatus::ESME_RINVSRCADR};
  const auto to = smpp::to_phone_number(carried.destination);
  if (!to) return Refusal{CommandStatus::ESME_RINVDSTADR};
  messaging::InboundPart part;
  part.from = *from;
  part.to = *to;
  part.concatenation = read_sar(carried.tlvs);
  auto octets = carried.octets;
  std::size_t header = 0;
  if ((carried.esm_class & smpp::esm_class::udh_indicator) != 0) {
    if (const auto user_data = sms::parse_user_data(octets)) {
      header = octets.size() - user_data->text.size();
      octets = user_data->text;
      if (user_data->concatenation) part.concatenation = user_data->concatenation;
    }
  }
  auto text = sms::decode_text(carried.data_coding, octets, carried.alphabet, header);
  if (!text) return Refusal{CommandStatus::ESME_RX_P_APPN};
  part.text = std::move(*text);
  return part;
}

Incoming read(const Carried& carried, const std::optional<smpp::Receipt>& told) {
  if (told) {
    if (told->id.empty()) return Refusal{CommandStatus::ESME_ROK};
    const auto type = carried.esm_class & smpp::esm_class::type_mask;
    const bool intermediate = type == smpp::esm_class::intermediate_notification;
    return ReceiptIn{to_receipt(*told, intermediate), told->other_id, parties_of(carried),
                     std::nullopt};
  }
  auto inbound = read_inbound(carried);
  if (const auto* refusal = std::get_if<Refusal>(&inbound)) return *refusal;
  auto& part = std::get<messaging::InboundPart>(inbound);
  // Departure: some SMSCs leave esm_class at 0. Only the whole form of Appendix B counts then.
  const auto looks = smpp::parse_receipt(part.text);
  if (looks && !looks->id.empty() && looks->state && looks->submitted && looks->done_date) {
    return ReceiptIn{to_receipt(*looks, false), {}, parties_of(carried), std::move(part)};
  }
  return std::move(part);
}

ByteView payload(const smpp::Tlvs& tlvs) {
  const auto* found = smpp::find(tlvs, Tag::message_payload);
  return found ? ByteView(found->value) : ByteView();
}

}  // namespace

Incoming read_incoming(const smpp::ShortMessage& message, sms::DefaultAlphabet alphabet) {
  const auto octets =
      message.short_message.empty() ? payload(message.tlvs) : ByteView(message.short_message);
  return read({message.source, message.destination, message.esm_class, message.data_coding, octets,
               message.tlvs, alphabet},
              smpp::receipt_of(message));
}

Incoming read_incoming(const smpp::DataSm& message, sms::DefaultAlphabet alphabet) {
  return read({message.source, message.destination, message.esm_class, message.data_coding,
               payload(message.tlvs), message.tlvs, alphabet},
              smpp::receipt_of(message));
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
