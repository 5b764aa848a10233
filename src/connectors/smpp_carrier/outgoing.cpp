// What goes out in submit_sm.
#include "connectors/smpp_carrier/outgoing.hpp"

#include <algorithm>

#include "domain/messaging/delivery_errors.hpp"
#include "protocol/smpp/time_format.hpp"
#include "protocol/sms/data_coding.hpp"
#include "protocol/sms/gsm7.hpp"
#include "protocol/sms/ucs2.hpp"
#include "protocol/sms/udh.hpp"

namespace cloudvno::smpp_carrier {
namespace {

using smpp::Tag;

smpp::SubmitSm envelope(const messaging::Submission& submission, const Dialect& dialect) {
  smpp::SubmitSm pdu;
  pdu.service_type = dialect.service_type;
  const auto& source = submission.from.is_short_code() ? dialect.short_code : dialect.source;
  pdu.source = {source.ton, source.npi, std::string(submission.from.digits())};
  pdu.destination = {dialect.destination.ton, dialect.destination.npi,
                     std::string(submission.to.digits())};
  // An empty period would be the SMSC's own, which is days: only for those that bear no other.
  if (dialect.sends_validity) {
    pdu.validity_period =
        smpp::print_relative(std::max(submission.validity, std::chrono::seconds(1)));
  }
  pdu.registered_delivery = dialect.registered_delivery;
  return pdu;
}

void put_text(smpp::SubmitSm& pdu, Bytes octets) {
  if (octets.size() > smpp::limits::short_message) {
    pdu.tlvs.push_back({Tag::message_payload, std::move(octets)});
  } else {
    pdu.short_message = std::move(octets);
  }
}

void put_sar(smpp::SubmitSm& pdu, const sms::Concatenation& place) {
  pdu.tlvs.push_back(smpp::tlv_u16(Tag::sar_msg_ref_num, place.reference));
  pdu.tlvs.push_back(smpp::tlv_u8(Tag::sar_total_segments, place.total));
  pdu.tlvs.push_back(smpp::tlv_u8(Tag::sar_segment_seqnum, place.number));
}

void put_part(smpp::SubmitSm& pdu, const messaging::Submission& submission,
              const Dialect& dialect) {
  const auto& part = submission.part;
  Bytes octets;
  if (part.has_header()) {
    const auto header = sms::parse_user_data(part.udh);
    if (dialect.long_messages == LongMessages::sar && header && header->concatenation) {
      put_sar(pdu, *header->concatenation);
    } else {
      pdu.esm_class = smpp::esm_class::udh_indicator;
      octets = part.udh;
    }
  }
  if (submission.encoding == sms::Encoding::ucs2) {
    pdu.data_coding = sms::coding_ucs2;
    octets.insert(octets.end(), part.user_data.begin(), part.user_data.end());
  } else {
    pdu.data_coding = sms::coding_gsm7;
    const auto text = sms::encode_septets(part.user_data, dialect.default_alphabet, octets.size());
    octets.insert(octets.end(), text.begin(), text.end());
  }
  put_text(pdu, std::move(octets));
}

void put_whole_text(smpp::SubmitSm& pdu, const messaging::Submission& submission,
                    sms::DefaultAlphabet alphabet) {
  const auto septets = sms::to_septets(submission.text);
  pdu.data_coding = septets ? sms::coding_gsm7 : sms::coding_ucs2;
  auto octets = septets ? sms::encode_septets(*septets, alphabet)
                        : sms::to_ucs2(submission.text).value_or(Bytes());
  const auto count = sms::count_segments(submission.text);
  if (count && count->segments == 1) return put_text(pdu, std::move(octets));
  pdu.tlvs.push_back({Tag::message_payload, std::move(octets)});
}

}  // namespace

smpp::SubmitSm to_submit_sm(const messaging::Submission& submission, const Dialect& dialect) {
  auto pdu = envelope(submission, dialect);
  if (dialect.long_messages == LongMessages::message_payload) {
    put_whole_text(pdu, submission, dialect.default_alphabet);
  } else {
    put_part(pdu, submission, dialect);
  }
  return pdu;
}

Answer to_answer(const smpp::Outcome& outcome, const ErrorRules& rules) {
  using enum messaging::SubmitResult;
  using Kind = smpp::Outcome::Kind;
  if (outcome.accepted()) {
    const auto* response = std::get_if<smpp::SubmitSmResp>(&outcome.response.body);
    return {{accepted, response ? response->message_id : std::string(), 0}};
  }
  switch (outcome.kind) {
    case Kind::not_sent:
      return {{not_sent, {}, 0}};
    case Kind::unanswered:
    case Kind::timed_out:
      return {{unknown, {}, 0}};
    case Kind::invalid:
      return {{refused, {}, messaging::error_carrier_refused}};
    case Kind::answered:
      break;
  }
  // A generic_nack that names no error.
  if (outcome.response.status == smpp::CommandStatus::ESME_ROK) return {{unknown, {}, 0}};
  const auto verdict = judge_error(outcome.response.status, rules);
  return {{verdict.result, {}, verdict.error_code}, verdict.rebind};
}

}  // namespace cloudvno::smpp_carrier
