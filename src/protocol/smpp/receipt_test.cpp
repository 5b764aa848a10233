// Receipts as SMSCs send them, and as Appendix B of SMPP 3.4 has them.
#include "protocol/smpp/receipt.hpp"

#include <gmock/gmock.h>

namespace cloudvno::smpp {
namespace {

Time at(std::string_view iso) {
  return from_iso8601(iso).value();
}

DeliverSm receipt_message(std::string_view text) {
  DeliverSm deliver;
  deliver.esm_class = esm_class::delivery_receipt;
  deliver.short_message = to_bytes(text);
  return deliver;
}

constexpr std::string_view example =
    "id:0123456789 sub:001 dlvrd:001 submit date:2611232154 done date:2611232155 stat:DELIVRD "
    "err:000 text:Hello there id:7";

TEST(SmppReceipt, ReadsTheFormOfAppendixB) {
  Receipt receipt = parse_receipt(example).value();
  EXPECT_EQ(receipt.id, "0123456789");
  EXPECT_EQ(receipt.submitted, 1);
  EXPECT_EQ(receipt.delivered, 1);
  EXPECT_EQ(receipt.submit_date, at("2026-11-23T21:54:00Z"));
  EXPECT_EQ(receipt.done_date, at("2026-11-23T21:55:00Z"));
  EXPECT_EQ(receipt.state, MessageState::delivered);
  EXPECT_EQ(receipt.error, "000");
  EXPECT_EQ(receipt.text, "Hello there id:7");
}

TEST(SmppReceipt, PrintsWhatItReads) {
  EXPECT_EQ(print_receipt(parse_receipt(example).value()), example);
}

TEST(SmppReceipt, PrintsAtMostTwentyCharactersOfTheText) {
  Receipt receipt{.id = "7", .state = MessageState::rejected, .error = "012"};
  receipt.text = std::string(30, 'x');
  EXPECT_EQ(print_receipt(receipt),
            "id:7 sub:001 dlvrd:000 stat:REJECTD err:012 text:" + std::string(20, 'x'));
}

TEST(SmppReceipt, ReadsOtherCasesOrdersAndSpaces) {
  Receipt receipt =
      parse_receipt("STAT: undeliv  Err: Submit_Date:261123215401 ID:a-b foo:bar").value();
  EXPECT_EQ(receipt.id, "a-b");
  EXPECT_EQ(receipt.state, MessageState::undeliverable);
  EXPECT_EQ(receipt.error, "");
  EXPECT_EQ(receipt.submit_date, at("2026-11-23T21:54:01Z"));
  EXPECT_EQ(receipt.done_date, std::nullopt);
}

TEST(SmppReceipt, ReadsAllStates) {
  const std::vector<std::pair<std::string, MessageState>> words = {
      {"ENROUTE", MessageState::enroute},       {"DELIVRD", MessageState::delivered},
      {"EXPIRED", MessageState::expired},       {"DELETED", MessageState::deleted},
      {"UNDELIV", MessageState::undeliverable}, {"ACCEPTD", MessageState::accepted},
      {"UNKNOWN", MessageState::unknown},       {"REJECTD", MessageState::rejected}};
  for (const auto& [word, state] : words) {
    EXPECT_EQ(state_of_word(word), state) << word;
    EXPECT_EQ(state_word(state), word);
    EXPECT_EQ(state_of(static_cast<std::uint8_t>(state)), state);
  }
  EXPECT_EQ(state_of_word("Delivered"), MessageState::delivered);
  EXPECT_EQ(state_of_word("DEL"), std::nullopt);
  EXPECT_EQ(state_of(0), std::nullopt);
  EXPECT_EQ(state_of(9), MessageState::undeliverable);  // SMPP 5.0: skipped
  EXPECT_EQ(state_of(10), std::nullopt);
}

TEST(SmppReceipt, KeepsTheIdWhereTheRestIsNotUnderstood) {
  Receipt receipt = parse_receipt("id:7 sub:x submit date:never stat:??").value();
  EXPECT_EQ(receipt, (Receipt{.id = "7"}));
}

TEST(SmppReceipt, IsNoneWithoutIdAndState) {
  EXPECT_EQ(parse_receipt(""), std::nullopt);
  EXPECT_EQ(parse_receipt("err:000 text:id:7"), std::nullopt);
  EXPECT_EQ(parse_receipt("hidden:7 restat:DELIVRD"), std::nullopt);
}

TEST(SmppReceipt, IsNoneWhereEsmClassSaysSo) {
  DeliverSm deliver = receipt_message(example);
  deliver.esm_class = 0;
  EXPECT_EQ(receipt_of(deliver), std::nullopt);
  deliver.esm_class = esm_class::user_acknowledgement;
  EXPECT_EQ(receipt_of(deliver), std::nullopt);
  deliver.esm_class = esm_class::intermediate_notification | esm_class::reply_path;
  EXPECT_TRUE(receipt_of(deliver).has_value());
}

TEST(SmppReceipt, PrefersTlvsToTheText) {
  DeliverSm deliver = receipt_message("id:1 stat:ENROUTE err:005");
  deliver.tlvs = {tlv_text(Tag::receipted_message_id, "2"),
                  tlv_u8(Tag::message_state, 2),
                  {Tag::network_error_code, {3, 0x01, 0x02}}};
  Receipt receipt = receipt_of(deliver).value();
  EXPECT_EQ(receipt.id, "2");
  EXPECT_EQ(receipt.other_id, "1");
  EXPECT_EQ(receipt.state, MessageState::delivered);
  EXPECT_EQ(receipt.error, "005");
  EXPECT_EQ(receipt.network_error, (NetworkError{3, 0x0102}));
}

TEST(SmppReceipt, TakesTheTextWhereTlvsAreOfNoUse) {
  DeliverSm deliver = receipt_message("id:1 stat:EXPIRED");
  deliver.tlvs = {tlv_text(Tag::receipted_message_id, ""), tlv_u8(Tag::message_state, 77)};
  Receipt receipt = receipt_of(deliver).value();
  EXPECT_EQ(receipt.id, "1");
  EXPECT_EQ(receipt.state, MessageState::expired);
}

TEST(SmppReceipt, IsReadFromMessagePayloadAndFromUcs2) {
  DataSm data;
  data.esm_class = esm_class::delivery_receipt;
  data.data_coding = 0x08;
  Bytes wide;
  for (char c : example) wide.insert(wide.end(), {0, static_cast<std::uint8_t>(c)});
  data.tlvs = {{Tag::message_payload, wide}};
  EXPECT_EQ(receipt_of(data), parse_receipt(example));
}

TEST(SmppReceipt, ToldByTlvsAloneNeedsNoText) {
  DataSm data;
  data.tlvs = {tlv_text(Tag::receipted_message_id, "9"), tlv_u8(Tag::message_state, 5)};
  Receipt receipt = receipt_of(data).value();
  EXPECT_EQ(receipt.id, "9");
  EXPECT_TRUE(is_final(*receipt.state));
  EXPECT_FALSE(is_final(MessageState::accepted));
}

TEST(SmppReceipt, KnowsTheSpellingsOfVendors) {
  const std::vector<std::pair<std::string_view, MessageState>> met = {
      {"DELIVERED", MessageState::delivered},     {"delivrd", MessageState::delivered},
      {"DLVRD", MessageState::delivered},         {"2", MessageState::delivered},
      {"EXPIRED", MessageState::expired},         {"UNDELIVERABLE", MessageState::undeliverable},
      {"UNDLV", MessageState::undeliverable},     {"FAILED", MessageState::undeliverable},
      {"UnDelivrd", MessageState::undeliverable}, {"5", MessageState::undeliverable},
      {"REJECTED", MessageState::rejected},       {"REJCTD", MessageState::rejected},
      {"ACCEPTED", MessageState::accepted},       {"BUFFRED", MessageState::enroute},
      {"DELETED", MessageState::deleted},         {"CANCELLED", MessageState::deleted}};
  for (const auto& [word, state] : met) {
    const auto receipt = parse_receipt("id:7 stat:" + std::string(word) + " err:000");
    ASSERT_TRUE(receipt) << word;
    EXPECT_EQ(receipt->state, state) << word;
  }
  for (const auto* word : {"", "X", "0", "DELI", "NOTHING"}) {
    EXPECT_EQ(state_of_word(word), std::nullopt) << word;
  }
}

TEST(SmppReceipt, IsReadWithTabsLinesAndNulsBetweenItsFields) {
  const std::string_view text{"id:7\tsub:001\r\nstat:DELIVRD\nerr:000\0", 37};
  const auto receipt = parse_receipt(text);
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->id, "7");
  EXPECT_EQ(receipt->state, MessageState::delivered);
  EXPECT_EQ(receipt->error, "000");
}

TEST(SmppReceipt, WithoutAStateSaysByItsCountsThatAllWasDelivered) {
  const auto state = [](std::string_view text) { return receipt_of(receipt_message(text))->state; };
  EXPECT_EQ(state("id:7 sub:001 dlvrd:001 err:000"), MessageState::delivered);
  EXPECT_EQ(state("id:7 sub:001 dlvrd:000 err:000"), std::nullopt);
  EXPECT_EQ(state("id:7 sub:001 dlvrd:001 err:027"), std::nullopt);
  EXPECT_EQ(state("id:7"), std::nullopt);
}

}  // namespace
}  // namespace cloudvno::smpp
