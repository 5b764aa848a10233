// Reading what an ESME asks.
#include "connectors/smpp_customer/incoming.hpp"

#include "domain/smpp_access/receipt_request.hpp"
#include "protocol/smpp/addressing.hpp"
#include "protocol/smpp/time_format.hpp"

namespace cloudvno::smpp_customer {
namespace {

using smpp::CommandStatus;
using smpp::Tag;

constexpr std::chrono::seconds longest_validity = messaging::default_validity;

// What the three PDUs have; views into the PDU.
struct Carried {
  const smpp::Address& source;
  std::uint8_t esm_class;
  std::uint8_t registered_delivery;
  std::uint8_t data_coding;
  std::string_view schedule;
  std::string_view validity;
  ByteView short_message;
  const smpp::Tlvs& tlvs;
};

messaging::ReceiptWish wish_of(std::uint8_t registered_delivery) {
  switch (registered_delivery & smpp::registered_delivery::receipt_mask) {
    case smpp::registered_delivery::none:
      return messaging::ReceiptWish::none;
    case smpp::registered_delivery::failure_receipt:
      return messaging::ReceiptWish::failure;
    default:
      return messaging::ReceiptWish::final;
  }
}

// In place of what is past: now.
std::expected<void, CommandStatus> read_times(const Carried& carried, Time now,
                                              messaging::SubmittedPart& part) {
  if (!carried.schedule.empty()) {
    const auto at = smpp::parse_time(carried.schedule, now);
    if (!at || *at > now + furthest_schedule) return std::unexpected(CommandStatus::ESME_RINVSCHED);
    if (*at > now) part.send_at = *at;
  }
  auto span = longest_validity;
  if (!carried.validity.empty()) {
    const auto end = smpp::parse_time(carried.validity, now);
    if (!end) return std::unexpected(CommandStatus::ESME_RINVEXPIRY);
    // A relative one counts from now in parse_time, and for us from when the message goes.
    const bool relative = carried.validity.back() == 'R';
    const auto from = relative ? now : part.send_at.value_or(now);
    span = std::chrono::floor<std::chrono::seconds>(*end - from);
  } else if (const auto seconds = smpp::find_u32(carried.tlvs, Tag::qos_time_to_live)) {
    span = std::chrono::seconds(*seconds);
  }
  if (span < std::chrono::seconds(1)) return std::unexpected(CommandStatus::ESME_RINVEXPIRY);
  part.validity = std::min(span, longest_validity);
  return {};
}

Read read(const Carried& carried, const smpp::Address& destination, Time now) {
  messaging::SubmittedPart part;
  const auto from = smpp::to_phone_number(carried.source);
  if (!from) return std::unexpected(CommandStatus::ESME_RINVSRCADR);
  const auto to = smpp::to_phone_number(destination);
  if (!to || to->is_short_code()) return std::unexpected(CommandStatus::ESME_RINVDSTADR);
  part.from = *from;
  part.to = *to;
  part.data_coding = carried.data_coding;
  part.receipt = wish_of(carried.registered_delivery);
  if (const auto timed = read_times(carried, now, part); !timed) {
    return std::unexpected(timed.error());
  }
  if (const auto segment = smpp::segment_of(carried.tlvs)) {
    part.concatenation = {segment->reference, segment->total, segment->number, true};
  }
  auto octets = carried.short_message;
  if (const auto* payload = smpp::find(carried.tlvs, Tag::message_payload);
      payload && octets.empty()) {
    octets = payload->value;
  }
  if ((carried.esm_class & smpp::esm_class::udh_indicator) != 0) {
    const auto user_data = sms::parse_user_data(octets);
    if (!user_data) return std::unexpected(CommandStatus::ESME_RINVESMCLASS);
    if (user_data->concatenation) part.concatenation = user_data->concatenation;
    octets = user_data->text;
  }
  part.octets = Bytes(octets.begin(), octets.end());
  return part;
}

}  // namespace

Read read_submit(const smpp::SubmitSm& submit, Time now) {
  return read(
      {submit.source, submit.esm_class, submit.registered_delivery, submit.data_coding,
       submit.schedule_delivery_time, submit.validity_period, submit.short_message, submit.tlvs},
      submit.destination, now);
}

Read read_submit(const smpp::DataSm& submit, Time now) {
  return read({submit.source,
               submit.esm_class,
               submit.registered_delivery,
               submit.data_coding,
               {},
               {},
               {},
               submit.tlvs},
              submit.destination, now);
}

std::vector<OneOfMany> read_submit(const smpp::SubmitMulti& submit, Time now) {
  const Carried carried{submit.source,
                        submit.esm_class,
                        submit.registered_delivery,
                        submit.data_coding,
                        submit.schedule_delivery_time,
                        submit.validity_period,
                        submit.short_message,
                        submit.tlvs};
  std::vector<OneOfMany> all;
  for (const auto& each : submit.destinations) {
    if (const auto* address = std::get_if<smpp::Address>(&each)) {
      auto one = read(carried, *address, now);
      // Parts to many would have ids of many messages; nobody sends that.
      if (one && one->concatenation && one->concatenation->total > 1) {
        one = std::unexpected(CommandStatus::ESME_RINVESMCLASS);
      }
      all.push_back({*address, std::move(one)});
    } else {
      all.push_back({{}, std::unexpected(CommandStatus::ESME_RCNTSUBDL)});
    }
  }
  return all;
}

ReadRef read_ref(const std::string& message_id, const smpp::Address& source) {
  messaging::SubmittedRef ref;
  const auto from = smpp::to_phone_number(source);
  if (!from) return std::unexpected(CommandStatus::ESME_RINVSRCADR);
  ref.from = *from;
  if (message_id.empty()) return ref;
  const auto sid = smpp_access::message_of(message_id);
  if (!sid) return std::unexpected(CommandStatus::ESME_RINVMSGID);
  ref.sid = *sid;
  return ref;
}

std::expected<PhoneNumber, CommandStatus> read_destination(const smpp::Address& destination) {
  const auto to = smpp::to_phone_number(destination);
  if (!to) return std::unexpected(CommandStatus::ESME_RINVDSTADR);
  return *to;
}

std::expected<messaging::Replacement, CommandStatus> read_replace(const smpp::ReplaceSm& replace,
                                                                  Time now) {
  messaging::Replacement replacement;
  auto ref = read_ref(replace.message_id, replace.source);
  if (!ref) return std::unexpected(ref.error());
  replacement.which = std::move(*ref);
  if (replacement.which.sid.is_nil()) return std::unexpected(CommandStatus::ESME_RINVMSGID);
  replacement.receipt = wish_of(replace.registered_delivery);
  messaging::SubmittedPart times;
  const Carried carried{replace.source,          0,  0,           0, replace.schedule_delivery_time,
                        replace.validity_period, {}, replace.tlvs};
  if (const auto read = read_times(carried, now, times); !read) {
    return std::unexpected(read.error());
  }
  // A time that is past is now: due at once.
  if (!replace.schedule_delivery_time.empty()) replacement.send_at = times.send_at.value_or(now);
  if (!replace.validity_period.empty()) replacement.validity = times.validity;
  replacement.octets = replace.short_message;
  return replacement;
}

CommandStatus status_of(const Error& error) {
  switch (error.code) {
    case Errc::from_number_not_owned:
    case Errc::number_not_sms_capable:
      return CommandStatus::ESME_RINVSRCADR;
    case Errc::unsubscribed:
      return recipient_unsubscribed;
    case Errc::message_too_long:
      return CommandStatus::ESME_RINVMSGLEN;
    case Errc::rate_limit_exceeded:
      return CommandStatus::ESME_RTHROTTLED;
    case Errc::service_unavailable:
    case Errc::internal_error:
      return CommandStatus::ESME_RSYSERR;
    case Errc::invalid_parameter:
      return error.param == "to" ? CommandStatus::ESME_RINVDSTADR : CommandStatus::ESME_RSUBMITFAIL;
    default:
      return CommandStatus::ESME_RSUBMITFAIL;
  }
}

}  // namespace cloudvno::smpp_customer
