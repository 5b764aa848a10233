// What comes in by deliver_sm.
#include "connectors/smpp_carrier/incoming.hpp"
#include "protocol/smpp/addressing.hpp"

#include <gmock/gmock.h>

#include "domain/messaging/delivery_errors.hpp"
#include "protocol/sms/ucs2.hpp"

namespace cloudvno::smpp_carrier {
namespace {

using messaging::ReceiptState;
using smpp::CommandStatus;
using smpp::Tag;
using enum CommandStatus;

smpp::DeliverSm inbound(std::string_view text) {
  smpp::DeliverSm pdu;
  pdu.source = {1, 1, "447700900123"};
  pdu.destination = {1, 1, "14155550142"};
  pdu.short_message = to_bytes(text);
  return pdu;
}

smpp::DeliverSm receipt(std::string_view text) {
  auto pdu = inbound(text);
  pdu.esm_class = smpp::esm_class::delivery_receipt;
  return pdu;
}

messaging::Receipt read_receipt(const smpp::DeliverSm& pdu) {
  const auto incoming = read_incoming(pdu);
  const auto* told = std::get_if<ReceiptIn>(&incoming);
  EXPECT_TRUE(told);
  return told ? told->receipt : messaging::Receipt();
}

messaging::InboundPart read_part(const smpp::DeliverSm& pdu) {
  const auto incoming = read_incoming(pdu);
  const auto* part = std::get_if<messaging::InboundPart>(&incoming);
  EXPECT_TRUE(part);
  return part ? *part : messaging::InboundPart();
}

CommandStatus read_refusal(const smpp::DeliverSm& pdu) {
  const auto incoming = read_incoming(pdu);
  const auto* refusal = std::get_if<Refusal>(&incoming);
  EXPECT_TRUE(refusal);
  return refusal ? refusal->status : ESME_RUNKNOWNERR;
}

TEST(DeliverSm, ReadsEachStateOfAReceipt) {
  const auto state = [](std::string_view word) {
    return read_receipt(receipt("id:77 stat:" + std::string(word) + " err:000 text:"));
  };
  EXPECT_EQ(state("DELIVRD").state, ReceiptState::delivered);
  EXPECT_EQ(state("ENROUTE").state, ReceiptState::in_progress);
  EXPECT_EQ(state("ACCEPTD").state, ReceiptState::in_progress);
  for (const auto* word : {"EXPIRED", "UNDELIV", "REJECTD", "DELETED", "UNKNOWN"}) {
    EXPECT_EQ(state(word).state, ReceiptState::undelivered) << word;
    EXPECT_EQ(state(word).carrier_id, "77");
  }
  EXPECT_EQ(state("EXPIRED").error_code, messaging::error_unreachable);
  EXPECT_EQ(state("REJECTD").error_code, messaging::error_carrier_refused);
  EXPECT_EQ(state("DELETED").error_code, messaging::error_not_known);
  EXPECT_EQ(state("UNKNOWN").error_code, messaging::error_not_known);
}

TEST(DeliverSm, ReadsWhyAMessageWasNotDelivered) {
  const auto error = [](std::string_view code) {
    return read_receipt(receipt("id:77 stat:UNDELIV err:" + std::string(code) + " text:"))
        .error_code;
  };
  EXPECT_EQ(error("001"), messaging::error_unknown_destination);
  EXPECT_EQ(error("006"), messaging::error_unreachable);
  EXPECT_EQ(error("027"), messaging::error_unreachable);
  EXPECT_EQ(error("013"), messaging::error_blocked);
  EXPECT_EQ(error("069"), messaging::error_not_known);
  EXPECT_EQ(error("E2"), messaging::error_not_known);
}

TEST(DeliverSm, TakesTheNetworksErrorBeforeTheTexts) {
  auto pdu = receipt("id:77 stat:UNDELIV err:069 text:");
  pdu.tlvs = {{Tag::network_error_code, {3, 0, 27}}};
  EXPECT_EQ(read_receipt(pdu).error_code, messaging::error_unreachable);
}

TEST(DeliverSm, KeepsTheIdLetterForLetterAndPrefersTheTlv) {
  EXPECT_EQ(read_receipt(receipt("id:00aF stat:DELIVRD")).carrier_id, "00aF");
  auto pdu = receipt("id:77 stat:DELIVRD");
  pdu.tlvs = {smpp::tlv_text(Tag::receipted_message_id, "0x4D")};
  EXPECT_EQ(read_receipt(pdu).carrier_id, "0x4D");
  EXPECT_EQ(std::get<ReceiptIn>(read_incoming(pdu)).other_id, "77");
}

TEST(DeliverSm, TakesAnIntermediateNotificationForNoEnd) {
  auto pdu = receipt("id:77 stat:UNDELIV err:027");
  pdu.esm_class = smpp::esm_class::intermediate_notification;
  EXPECT_EQ(read_receipt(pdu).state, ReceiptState::in_progress);
}

TEST(DeliverSm, AcknowledgesAReceiptThatNamesNoMessage) {
  EXPECT_EQ(read_refusal(receipt("stat:DELIVRD")), ESME_ROK);
}

TEST(DeliverSm, TakesATextForAReceiptOnlyInItsWholeForm) {
  EXPECT_EQ(read_part(inbound("id:77 stat:DELIVRD")).text, "id:77 stat:DELIVRD");
  const auto incoming = read_incoming(
      inbound("id:77 sub:001 dlvrd:001 submit date:2601011200 done date:2601011201 stat:DELIVRD"));
  const auto* told = std::get_if<ReceiptIn>(&incoming);
  ASSERT_TRUE(told);
  EXPECT_TRUE(told->or_inbound);
  EXPECT_EQ(told->receipt.carrier_id, "77");
}

TEST(DeliverSm, ReadsTextsInTheirDataCoding) {
  EXPECT_EQ(read_part(inbound("hello")).text, "hello");
  auto latin = inbound("caf\xE9");
  latin.data_coding = 3;
  EXPECT_EQ(read_part(latin).text, "café");
  auto ucs2 = inbound("");
  ucs2.data_coding = 8;
  ucs2.short_message = sms::to_ucs2("日本 😀").value();
  EXPECT_EQ(read_part(ucs2).text, "日本 😀");
}

TEST(DeliverSm, ReadsTheDefaultAlphabetAsTheCarrierMeansIt) {
  const auto incoming = read_incoming(inbound("caf\xE9"), sms::DefaultAlphabet::latin1);
  EXPECT_EQ(std::get<messaging::InboundPart>(incoming).text, "café");

  auto packed = inbound("");
  packed.esm_class = smpp::esm_class::udh_indicator;
  packed.short_message = {5, 0, 3, 9, 2, 1};
  const auto text = sms::encode_septets(to_bytes("hello"), sms::DefaultAlphabet::gsm7_packed, 6);
  packed.short_message.insert(packed.short_message.end(), text.begin(), text.end());
  const auto part =
      std::get<messaging::InboundPart>(read_incoming(packed, sms::DefaultAlphabet::gsm7_packed));
  EXPECT_EQ(part.text, "hello");
  EXPECT_EQ(part.concatenation, (sms::Concatenation{9, 2, 1, false}));
}

TEST(DeliverSm, ReadsA16BitReferenceAndFlashMessages) {
  auto pdu = inbound("");
  pdu.data_coding = 0xF0;
  pdu.esm_class = smpp::esm_class::udh_indicator;
  pdu.short_message = {6, 8, 4, 1, 2, 3, 2, 'h', 'i'};
  const auto part = read_part(pdu);
  EXPECT_EQ(part.text, "hi");
  EXPECT_EQ(part.concatenation, (sms::Concatenation{0x0102, 3, 2, true}));
}

TEST(DeliverSm, RefusesABinaryTextForGood) {
  auto pdu = inbound("\x01\x02");
  pdu.data_coding = 4;
  EXPECT_EQ(read_refusal(pdu), ESME_RX_P_APPN);
}

TEST(DeliverSm, ReadsALongTextFromMessagePayload) {
  auto pdu = inbound("");
  pdu.tlvs = {{Tag::message_payload, Bytes(600, 'x')}};
  EXPECT_EQ(read_part(pdu).text, std::string(600, 'x'));
}

TEST(DeliverSm, ReadsThePlaceOfAPartFromHeaderOrTlvs) {
  auto pdu = inbound("");
  pdu.esm_class = smpp::esm_class::udh_indicator;
  pdu.short_message = {5, 0, 3, 9, 2, 1, 'h', 'i'};
  auto part = read_part(pdu);
  EXPECT_EQ(part.text, "hi");
  EXPECT_EQ(part.concatenation, (sms::Concatenation{9, 2, 1, false}));

  pdu = inbound("hi");
  pdu.tlvs = {smpp::tlv_u16(Tag::sar_msg_ref_num, 700), smpp::tlv_u8(Tag::sar_total_segments, 2),
              smpp::tlv_u8(Tag::sar_segment_seqnum, 2)};
  part = read_part(pdu);
  EXPECT_EQ(part.concatenation, (sms::Concatenation{700, 2, 2, true}));

  pdu.tlvs[2] = smpp::tlv_u8(Tag::sar_segment_seqnum, 3);
  EXPECT_FALSE(read_part(pdu).concatenation);
}

TEST(PhoneNumbers, AreInternationalByTypeOrByLook) {
  const auto read = [](std::uint8_t ton, std::string_view text) {
    const auto number = smpp::to_phone_number({ton, 1, std::string(text)});
    return number ? number->e164() : std::string();
  };
  using namespace smpp::ton;
  EXPECT_EQ(read(international, "14155550142"), "+14155550142");
  EXPECT_EQ(read(international, "+14155550142"), "+14155550142");
  EXPECT_EQ(read(unknown, "+14155550142"), "+14155550142");
  EXPECT_EQ(read(national, "+14155550142"), "+14155550142");
  EXPECT_EQ(read(unknown, "14155550142"), "+14155550142");
  EXPECT_EQ(read(unknown, "0014155550142"), "+14155550142");
  EXPECT_EQ(read(unknown, "04155550142"), "");
  EXPECT_EQ(read(unknown, "40404"), "40404");
  EXPECT_EQ(read(network_specific, "72345"), "72345");
  EXPECT_EQ(read(abbreviated, "720"), "720");
  EXPECT_EQ(read(alphanumeric, "72345"), "");
  EXPECT_EQ(read(unknown, "12"), "");
  EXPECT_EQ(read(unknown, "0040404"), "");
  EXPECT_EQ(read(national, "4155550142"), "");
  EXPECT_EQ(read(alphanumeric, "CloudVNO"), "");
  EXPECT_EQ(read(unknown, ""), "");
  EXPECT_EQ(read(unknown, "1415555014 2"), "");
}

TEST(Intake, IsToldToTheCarrier) {
  using messaging::Intake;
  EXPECT_EQ(receipt_status(Intake::kept), ESME_ROK);
  EXPECT_EQ(receipt_status(Intake::not_ours), ESME_ROK);
  EXPECT_EQ(receipt_status(Intake::try_later), ESME_RX_T_APPN);
  EXPECT_EQ(inbound_status(Intake::kept), ESME_ROK);
  EXPECT_EQ(inbound_status(Intake::not_ours), ESME_RINVDSTADR);
  EXPECT_EQ(inbound_status(Intake::try_later), ESME_RX_T_APPN);
}

}  // namespace
}  // namespace cloudvno::smpp_carrier
