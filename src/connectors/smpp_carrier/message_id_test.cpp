// Message ids of carriers that answer in one form and report in another.
#include "connectors/smpp_carrier/message_id.hpp"

#include <gmock/gmock.h>

namespace cloudvno::smpp_carrier {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> ids(const std::vector<IdCandidate>& candidates) {
  std::vector<std::string> ids;
  for (const auto& candidate : candidates) ids.push_back(candidate.id);
  return ids;
}

// Whether a receipt with that id is found for an answer with that one, first of all.
bool matches(IdFormat format, std::string_view answer, std::string_view receipt) {
  IdMatcher matcher(format);
  const auto kept = matcher.of_answer(answer);
  return matcher.of_receipt(receipt)[0].id == kept;
}

TEST(MessageId, IsPlainWithoutZerosAndCaseWhereItIsANumber) {
  EXPECT_EQ(plain_id("00aF"), "af");
  EXPECT_EQ(plain_id("0x00AF"), "af");
  EXPECT_EQ(plain_id("000"), "0");
  EXPECT_EQ(plain_id("0012345678901234567890"), "12345678901234567890");
  EXPECT_EQ(plain_id("6BA7B810-9DAD-11D1"), "6ba7b810-9dad-11d1");
  EXPECT_EQ(plain_id("007-Msg_aB"), "007-Msg_aB");
  EXPECT_EQ(plain_id(""), "");
  EXPECT_EQ(plain_id("0x"), "0x");
}

TEST(MessageId, IsConvertedAtAnyLength) {
  EXPECT_EQ(decimal_of_hex("ff"), "255");
  EXPECT_EQ(decimal_of_hex("0x00FF"), "255");
  EXPECT_EQ(hex_of_decimal("0255"), "ff");
  EXPECT_EQ(hex_of_decimal("0"), "0");
  EXPECT_EQ(decimal_of_hex(std::string(32, 'f')), "340282366920938463463374607431768211455");
  EXPECT_EQ(hex_of_decimal("340282366920938463463374607431768211455"), std::string(32, 'f'));
  EXPECT_EQ(decimal_of_hex("no-number"), "no-number");
  EXPECT_EQ(hex_of_decimal("ff"), "ff");
}

TEST(MessageId, MatchesAsTheOperatorSaid) {
  EXPECT_TRUE(matches(IdFormat::exact, "00aF", "00aF"));
  EXPECT_FALSE(matches(IdFormat::exact, "00aF", "af"));
  EXPECT_TRUE(matches(IdFormat::hex, "00aF", "AF"));
  EXPECT_TRUE(matches(IdFormat::decimal, "0000123", "123"));
  EXPECT_TRUE(matches(IdFormat::hex_answers, "1A", "0026"));
  EXPECT_TRUE(matches(IdFormat::hex_answers, "10", "16"));
  EXPECT_TRUE(matches(IdFormat::hex_receipts, "0026", "1a"));
  EXPECT_TRUE(matches(IdFormat::hex_receipts, "16", "10"));
}

TEST(MessageId, TriesTheSameFirstAndBothConversionsAfterIt) {
  IdMatcher matcher(IdFormat::automatic);
  EXPECT_THAT(ids(matcher.of_receipt("10")), ElementsAre("10", "a", "16"));
  EXPECT_THAT(ids(matcher.of_receipt("uuid-like_id")), ElementsAre("uuid-like_id"));
  EXPECT_EQ(matcher.of_answer(""), "");
}

TEST(MessageId, TakesTheTextsIdTooWhereTheTlvHasAnother) {
  IdMatcher matcher(IdFormat::exact);
  EXPECT_THAT(ids(matcher.of_receipt("1A", "26")), ElementsAre("1A", "26"));
}

TEST(MessageId, LearnsFromLettersThatAnswersAreHexadecimal) {
  IdMatcher matcher(IdFormat::automatic);
  EXPECT_EQ(matcher.of_answer("1F"), "1f");
  EXPECT_EQ(matcher.of_receipt("31")[0].id, "1f");
  // Receipts with letters too: then both are.
  EXPECT_EQ(matcher.of_receipt("1F")[0].id, "1f");
  EXPECT_EQ(matcher.of_receipt("20")[0].id, "20");
}

TEST(MessageId, LearnsFromLettersThatReceiptsAreHexadecimal) {
  IdMatcher matcher(IdFormat::automatic);
  matcher.of_answer("31");
  EXPECT_EQ(matcher.of_receipt("1F")[0].id, "31");
  EXPECT_EQ(matcher.of_receipt("20")[0].id, "32");
}

TEST(MessageId, GoesTheWayThatFoundMessagesAndAloneOnceItIsSure) {
  IdMatcher matcher(IdFormat::automatic);
  matcher.found(IdWay::from_decimal);
  EXPECT_THAT(ids(matcher.of_receipt("16")), ElementsAre("10", "16", "22"));
  for (std::uint32_t i = 1; i < IdMatcher::sure; ++i) matcher.found(IdWay::from_decimal);
  EXPECT_THAT(ids(matcher.of_receipt("16")), ElementsAre("10"));
  for (std::uint32_t i = 0; i < IdMatcher::lost; ++i) matcher.not_found();
  EXPECT_EQ(matcher.of_receipt("16").size(), 3u);
}

}  // namespace
}  // namespace cloudvno::smpp_carrier
