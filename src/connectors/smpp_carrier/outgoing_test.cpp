// What goes out in submit_sm, and what its answer means.
#include "connectors/smpp_carrier/outgoing.hpp"

#include <gmock/gmock.h>

#include "domain/messaging/delivery_errors.hpp"
#include "protocol/sms/gsm7.hpp"
#include "protocol/sms/ucs2.hpp"

namespace cloudvno::smpp_carrier {
namespace {

using messaging::SubmitResult;
using smpp::CommandStatus;
using smpp::Tag;
using enum CommandStatus;

messaging::Submission submission() {
  messaging::Submission made;
  made.from = *PhoneNumber::parse("+14155550142");
  made.to = *PhoneNumber::parse("+447700900123");
  made.part.user_data = to_bytes("hello");
  made.validity = std::chrono::hours(10);
  return made;
}

messaging::Submission second_of_three() {
  auto made = submission();
  made.text = "one two three";
  made.part = {{5, 0, 3, 9, 3, 2}, to_bytes("two "), 2, 3};
  return made;
}

Answer answered(CommandStatus status, smpp::Body body = smpp::SubmitSmResp(),
                const ErrorRules& rules = {}) {
  smpp::Outcome outcome;
  outcome.kind = smpp::Outcome::Kind::answered;
  outcome.response.status = status;
  outcome.response.body = std::move(body);
  return to_answer(outcome, rules);
}

TEST(SubmitSm, CarriesNumbersWithoutPlusAndAsksForAReceipt) {
  const auto pdu = to_submit_sm(submission(), {});
  EXPECT_EQ(pdu.source, (smpp::Address{1, 1, "14155550142"}));
  EXPECT_EQ(pdu.destination, (smpp::Address{1, 1, "447700900123"}));
  EXPECT_EQ(pdu.registered_delivery, smpp::registered_delivery::final_receipt);
  EXPECT_EQ(pdu.validity_period, "000000100000000R");
  EXPECT_EQ(pdu.service_type, "");
  EXPECT_EQ(pdu.data_coding, 0);
  EXPECT_EQ(pdu.esm_class, 0);
  EXPECT_EQ(as_text(pdu.short_message), "hello");
}

TEST(SubmitSm, IsWrittenAsTheOperatorSet) {
  Dialect dialect;
  dialect.source = {smpp::ton::unknown, 0};
  dialect.destination = {smpp::ton::national, 8};
  dialect.service_type = "CMT";
  dialect.registered_delivery = smpp::registered_delivery::failure_receipt;
  dialect.sends_validity = false;
  const auto pdu = to_submit_sm(submission(), dialect);
  EXPECT_EQ(pdu.source.ton, smpp::ton::unknown);
  EXPECT_EQ(pdu.destination.ton, smpp::ton::national);
  EXPECT_EQ(pdu.destination.npi, 8);
  EXPECT_EQ(pdu.service_type, "CMT");
  EXPECT_EQ(pdu.registered_delivery, smpp::registered_delivery::failure_receipt);
  EXPECT_EQ(pdu.validity_period, "");
}

TEST(SubmitSm, GivesAShortCodeItsOwnTypeOfNumber) {
  auto made = submission();
  made.from = *PhoneNumber::parse_sender("72345");
  EXPECT_EQ(to_submit_sm(made, {}).source, (smpp::Address{3, 0, "72345"}));
  Dialect dialect;
  dialect.short_code = {smpp::ton::unknown, smpp::npi::isdn};
  EXPECT_EQ(to_submit_sm(made, dialect).source, (smpp::Address{0, 1, "72345"}));
}

TEST(SubmitSm, MarksAHeaderAndPutsItBeforeTheText) {
  auto part = submission();
  part.encoding = sms::Encoding::ucs2;
  part.part.udh = {5, 0, 3, 9, 2, 1};
  part.part.user_data = {0x20, 0xAC};
  const auto pdu = to_submit_sm(part, {});
  EXPECT_EQ(pdu.esm_class, smpp::esm_class::udh_indicator);
  EXPECT_EQ(pdu.data_coding, 8);
  EXPECT_EQ(pdu.short_message, (Bytes{5, 0, 3, 9, 2, 1, 0x20, 0xAC}));
  EXPECT_TRUE(pdu.tlvs.empty());
}

TEST(SubmitSm, SaysThePlaceOfAPartByParametersWhereTheCarrierWantsThem) {
  Dialect dialect;
  dialect.long_messages = LongMessages::sar;
  const auto pdu = to_submit_sm(second_of_three(), dialect);
  EXPECT_EQ(pdu.esm_class, 0);
  EXPECT_EQ(as_text(pdu.short_message), "two ");
  EXPECT_EQ(smpp::find_u16(pdu.tlvs, Tag::sar_msg_ref_num), 9);
  EXPECT_EQ(smpp::find_u8(pdu.tlvs, Tag::sar_total_segments), 3);
  EXPECT_EQ(smpp::find_u8(pdu.tlvs, Tag::sar_segment_seqnum), 2);
}

TEST(SubmitSm, CarriesAWholeTextInMessagePayload) {
  Dialect dialect;
  dialect.long_messages = LongMessages::message_payload;
  auto made = submission();
  made.part = {};
  made.text = std::string(300, 'x');
  auto pdu = to_submit_sm(made, dialect);
  EXPECT_EQ(pdu.esm_class, 0);
  EXPECT_EQ(pdu.data_coding, 0);
  EXPECT_TRUE(pdu.short_message.empty());
  ASSERT_TRUE(smpp::find(pdu.tlvs, Tag::message_payload));
  EXPECT_EQ(as_text(smpp::find(pdu.tlvs, Tag::message_payload)->value), made.text);

  // Two SMS, though it would fit into short_message.
  made.text = std::string(200, 'x');
  EXPECT_TRUE(to_submit_sm(made, dialect).short_message.empty());

  made.text = "один";
  pdu = to_submit_sm(made, dialect);
  EXPECT_EQ(pdu.data_coding, 8);
  EXPECT_EQ(pdu.short_message, sms::to_ucs2("один").value());
  EXPECT_TRUE(pdu.tlvs.empty());
}

TEST(SubmitSm, IsWrittenInTheCarriersDefaultAlphabet) {
  auto made = submission();
  made.part.user_data = sms::to_septets("é@").value();
  Dialect dialect;
  dialect.default_alphabet = sms::DefaultAlphabet::latin1;
  EXPECT_EQ(to_submit_sm(made, dialect).short_message, (Bytes{0xE9, '@'}));
  dialect.default_alphabet = sms::DefaultAlphabet::gsm7_packed;
  made.part.user_data = to_bytes("hello");
  EXPECT_EQ(to_hex(to_submit_sm(made, dialect).short_message), "e8329bfd06");
  made.part.udh = {5, 0, 3, 9, 3, 2};
  // One bit fills up to the septet boundary behind six octets.
  EXPECT_EQ(to_submit_sm(made, dialect).short_message.size(), 6u + 5u);
  EXPECT_EQ(to_submit_sm(made, dialect).short_message[6], 'h' << 1 & 0xFF);
}

TEST(SubmitSm, PutsATextOver254OctetsIntoMessagePayload) {
  auto part = submission();
  part.part.user_data = Bytes(254, 'a');
  EXPECT_EQ(to_submit_sm(part, {}).short_message.size(), 254u);
  part.part.user_data.push_back('a');
  const auto pdu = to_submit_sm(part, {});
  EXPECT_TRUE(pdu.short_message.empty());
  ASSERT_TRUE(smpp::find(pdu.tlvs, Tag::message_payload));
  EXPECT_EQ(smpp::find(pdu.tlvs, Tag::message_payload)->value.size(), 255u);
}

TEST(SubmitSm, NeverLeavesTheValidityToTheCarrierUnlessTold) {
  auto part = submission();
  part.validity = std::chrono::seconds(0);
  EXPECT_EQ(to_submit_sm(part, {}).validity_period, "000000000001000R");
}

TEST(SubmitAnswer, TellsAcceptedUnknownAndNotSentApart) {
  EXPECT_EQ(answered(ESME_ROK, smpp::SubmitSmResp{"77", {}}).outcome.carrier_id, "77");
  EXPECT_EQ(answered(ESME_ROK, smpp::GenericNack()).outcome.result, SubmitResult::unknown);
  EXPECT_EQ(answered(ESME_RINVCMDLEN, smpp::GenericNack()).outcome.result, SubmitResult::refused);
  using Kind = smpp::Outcome::Kind;
  const auto result = [](Kind kind) { return to_answer({kind, {}}, {}).outcome.result; };
  EXPECT_EQ(result(Kind::not_sent), SubmitResult::not_sent);
  EXPECT_EQ(result(Kind::unanswered), SubmitResult::unknown);
  EXPECT_EQ(result(Kind::timed_out), SubmitResult::unknown);
  EXPECT_EQ(result(Kind::invalid), SubmitResult::refused);
}

// Each status of table 5-2 that is no success, and some that are in no table.
TEST(SubmitAnswer, JudgesEachError) {
  const std::map<CommandStatus, SubmitResult> not_refused = {
      {ESME_RTHROTTLED, SubmitResult::throttled}, {ESME_RMSGQFUL, SubmitResult::throttled},
      {ESME_RSYSERR, SubmitResult::temporary},    {ESME_RX_T_APPN, SubmitResult::temporary},
      {ESME_RINVBNDSTS, SubmitResult::throttled}, {ESME_RBINDFAIL, SubmitResult::throttled},
      {ESME_RINVPASWD, SubmitResult::throttled},  {ESME_RINVSYSID, SubmitResult::throttled}};
  const std::set<CommandStatus> unknown_destination = {ESME_RINVDSTADR, ESME_RINVDSTTON,
                                                       ESME_RINVDSTNPI};
  const std::set<CommandStatus> rebinds = {ESME_RINVBNDSTS, ESME_RBINDFAIL, ESME_RINVPASWD,
                                           ESME_RINVSYSID};
  for (std::uint32_t value = 1; value < 0x500; ++value) {
    const auto status = static_cast<CommandStatus>(value);
    SCOPED_TRACE(smpp::status_name(status));
    const auto answer = answered(status);
    const auto expected = not_refused.find(status);
    EXPECT_EQ(answer.rebind, rebinds.contains(status));
    if (expected != not_refused.end()) {
      EXPECT_EQ(answer.outcome.result, expected->second);
      EXPECT_EQ(answer.outcome.error_code, 0);
      continue;
    }
    EXPECT_EQ(answer.outcome.result, SubmitResult::refused);
    EXPECT_EQ(answer.outcome.error_code, unknown_destination.contains(status)
                                             ? messaging::error_unknown_destination
                                             : messaging::error_carrier_refused);
  }
}

TEST(SubmitAnswer, TakesACarriersOwnMeaningOfErrorsFirst) {
  const ErrorRules rules{{CommandStatus(0x400), ESME_RSYSERR}, {ESME_RSUBMITFAIL, ESME_RMSGQFUL}};
  const auto result = [&](CommandStatus status) {
    return answered(status, smpp::SubmitSmResp(), rules).outcome.result;
  };
  EXPECT_EQ(result(CommandStatus(0x400)), SubmitResult::throttled);
  EXPECT_EQ(result(ESME_RSYSERR), SubmitResult::throttled);
  EXPECT_EQ(result(ESME_RSUBMITFAIL), SubmitResult::temporary);
  EXPECT_EQ(result(ESME_RMSGQFUL), SubmitResult::temporary);
  EXPECT_EQ(result(CommandStatus(0x401)), SubmitResult::refused);
}

}  // namespace
}  // namespace cloudvno::smpp_carrier
