// Messages that come in: whose they are, their parts, and what the number's URL answers.
#include "domain/messaging/messaging.hpp"

#include "domain/messaging/inbound_parts.hpp"
#include "domain/messaging/overdue_parts.hpp"
#include "domain/messaging/testing/messaging_test_base.hpp"

namespace cloudvno::messaging {
namespace {

using testing::MessagingTest;

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class InboundTest : public MessagingTest {
 protected:
  InboundTest() {
    const auto response = request("POST", "/v1/incoming_phone_numbers/" + from_,
                                  {{"sms_url", "https://app.example/sms"}});
    EXPECT_EQ(response.status, 200) << response.body;
  }
  InboundPart part(std::string text) {
    return {*PhoneNumber::parse("+12015550100"), *PhoneNumber::parse(from_), std::move(text), {}};
  }
  InboundPart part_of(std::string text, std::uint8_t number, std::uint8_t total = 2) {
    auto made = part(std::move(text));
    made.concatenation = sms::Concatenation{9, total, number, false};
    return made;
  }
  void end_overdue() {
    OverdueParts overdue(*db_, vault_, *accounts_, *webhooks_, clock_);
    db_.run(overdue.end());
  }
  void answer(std::string xml) {
    sender_.response.status = 200;
    sender_.response.headers = {};
    sender_.response.headers.add("Content-Type", "text/xml");
    sender_.response.body = std::move(xml);
  }
};

TEST_F(InboundTest, TellsTheNumbersUrlOfAMessageThatCameIn) {
  EXPECT_EQ(inbound(part("hi there")), Intake::kept);
  until([&] { return sender_.sent.size() == 1; });
  EXPECT_EQ(sender_.sent[0].url, "https://app.example/sms");
  EXPECT_EQ(field(sender_.sent[0], "Body"), "hi there");
  EXPECT_EQ(field(sender_.sent[0], "From"), "+12015550100");
  EXPECT_EQ(field(sender_.sent[0], "NumMedia"), "0");
  EXPECT_THAT(request("GET", "/v1/messages?status=received").body, HasSubstr("hi there"));
}

TEST_F(InboundTest, LeavesANumberThatNobodyHoldsAlone) {
  auto stray = part("x");
  stray.to = *PhoneNumber::parse("+12125550123");
  if (stray.to.e164() == from_) stray.to = *PhoneNumber::parse("+12125550124");
  EXPECT_EQ(inbound(stray), Intake::not_ours);
}

TEST_F(InboundTest, JoinsTheDurablePartsOfALongMessageInAnyOrder) {
  auto second = part("world");
  second.concatenation = sms::Concatenation{9, 2, 2, false};
  auto first = part("hello ");
  first.concatenation = sms::Concatenation{9, 2, 1, false};
  inbound(second);
  inbound(second);
  end();
  start();
  EXPECT_THAT(sender_.sent, IsEmpty());
  inbound(first);
  until([&] { return sender_.sent.size() == 1; });
  EXPECT_EQ(field(sender_.sent[0], "Body"), "hello world");
  EXPECT_EQ(field(sender_.sent[0], "NumSegments"), "2");
}

TEST_F(InboundTest, ForgetsADuplicateOfATextThatIsWhole) {
  inbound(part_of("hello ", 1));
  inbound(part_of("world", 2));
  until([&] { return sender_.sent.size() == 1; });
  inbound(part_of("hello ", 1));  // its answer was lost
  clock_.advance(inbound_parts_join_within);
  end_overdue();
  EXPECT_THAT(sender_.sent, SizeIs(1));
}

TEST_F(InboundTest, BeginsAnewWhenAReferenceComesAgainWithAnotherText) {
  inbound(part_of("old ", 1));
  inbound(part_of("new ", 1));
  until([&] { return sender_.sent.size() == 1; });
  EXPECT_EQ(field(sender_.sent[0], "Body"), "old …");
  inbound(part_of("text", 2));
  until([&] { return sender_.sent.size() == 2; });
  EXPECT_EQ(field(sender_.sent[1], "Body"), "new text");
  inbound(part_of("third ", 1));
  inbound(part_of("one", 2));
  until([&] { return sender_.sent.size() == 3; });
  EXPECT_EQ(field(sender_.sent[2], "Body"), "third one");
}

TEST_F(InboundTest, HandsATextOnWithGapsWhenItsPartsDoNotCome) {
  inbound(part_of("b", 2, 5));
  clock_.advance(std::chrono::minutes(9));
  inbound(part_of("d", 4, 5));
  clock_.advance(std::chrono::minutes(9));
  end_overdue();
  EXPECT_THAT(sender_.sent, IsEmpty()) << "the last part is not ten minutes old";
  clock_.advance(std::chrono::minutes(1));
  end_overdue();
  until([&] { return sender_.sent.size() == 1; });
  EXPECT_EQ(field(sender_.sent[0], "Body"), "…b…d…");
  EXPECT_EQ(field(sender_.sent[0], "NumSegments"), "2");
  end_overdue();
  inbound(part_of("c", 3, 5));  // too late for the others
  clock_.advance(inbound_parts_join_within);
  end_overdue();
  until([&] { return sender_.sent.size() == 2; });
  EXPECT_EQ(field(sender_.sent[1], "Body"), "…c…");
}

TEST_F(InboundTest, EndsAnOldTextByTheNextPartUnderItsReference) {
  inbound(part_of("old ", 1));
  clock_.advance(inbound_parts_join_within);
  inbound(part_of("text", 2));
  until([&] { return sender_.sent.size() == 1; });
  EXPECT_EQ(field(sender_.sent[0], "Body"), "old …");
  inbound(part_of("new ", 1));
  until([&] { return sender_.sent.size() == 2; });
  EXPECT_EQ(field(sender_.sent[1], "Body"), "new text");
}

TEST_F(InboundTest, EndsManyTextsInSteps) {
  for (std::uint16_t reference = 0; reference < 60; ++reference) {
    auto half = part_of("half ", 1);
    half.concatenation->reference = reference;
    inbound(half);
  }
  clock_.advance(inbound_parts_join_within);
  end_overdue();
  until([&] { return sender_.sent.size() == 60; });
}

TEST_F(InboundTest, SendsTheRepliesOfTheAnswerOnce) {
  answer(
      "<Response><Message>thanks</Message><Message to=\"+12015550105\">copy</Message></Response>");
  inbound(part("hi"));
  until([&] { return carrier_.waiting.size() == 2; });
  EXPECT_EQ(as_text(carrier_.submissions[0].part.user_data), "thanks");
  EXPECT_EQ(carrier_.submissions[0].to.e164(), "+12015550100");
  EXPECT_EQ(carrier_.submissions[1].to.e164(), "+12015550105");
  EXPECT_THAT(request("GET", "/v1/messages?to=%2B12015550105").body, HasSubstr("outbound-reply"));
}

TEST_F(InboundTest, FollowsARedirectAndStopsACircle) {
  answer("<Response><Redirect>/again</Redirect></Response>");
  inbound(part("hi"));
  until([&] { return sender_.sent.size() == 11 && webhooks_->under_way() == 0; });
  EXPECT_EQ(sender_.sent[1].url, "https://app.example/again");
}

TEST_F(InboundTest, AsksTheFallbackWhenTheFirstFails) {
  request("POST", "/v1/incoming_phone_numbers/" + from_,
          {{"sms_fallback_url", "https://spare.example/sms"}});
  sender_.failure = "connection refused";
  inbound(part("hi"));
  until([&] { return sender_.sent.size() == 2; });
  EXPECT_EQ(sender_.sent[1].url, "https://spare.example/sms");
  EXPECT_EQ(field(sender_.sent[1], "ErrorCode"), "11200");
  EXPECT_EQ(field(sender_.sent[1], "ErrorUrl"), "https://app.example/sms");
}

}  // namespace
}  // namespace cloudvno::messaging
