// Calls that come: their INVITE, and requests within the dialog.
#include <gmock/gmock.h>

#include "protocol/sip/testing/conversation.hpp"

namespace cloudvno::sip {
namespace {

using namespace std::chrono_literals;
using testing::Conversation;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

void establish(Conversation& talk) {
  talk.feed(talk.invite());
  talk.call->answer("v=answer");
  talk.feed(talk.request("ACK", 1));
  ASSERT_EQ(talk.call->state(), Call::State::confirmed);
  ASSERT_THAT(talk.events.take(), ElementsAre("acknowledged"));
  talk.output();
}

TEST(SipIncomingCall, RingsIsAnsweredAndHungUpByTheOtherSide) {
  Conversation talk;
  talk.feed(talk.invite());
  talk.call->ring();
  talk.call->answer("v=answer", {{"X-Call", "1"}});
  EXPECT_THAT(talk.output(), ElementsAre("100 INVITE", "180 INVITE", "200 INVITE"));
  SipMessage ok = talk.last("200 INVITE");
  EXPECT_EQ(ok.body, "v=answer");
  EXPECT_EQ(ok.header("X-Call"), "1");
  EXPECT_EQ(ok.to.tag, talk.last("180 INVITE").to.tag);
  talk.feed(talk.request("ACK", 1));
  talk.feed(talk.request("BYE", 2));
  EXPECT_THAT(talk.output(), ElementsAre("200 BYE"));
  EXPECT_THAT(talk.events.take(), ElementsAre("acknowledged", "ended remote 0"));
  talk.pass(40s);
  EXPECT_EQ(talk.agent.transactions(), 0u);
}

TEST(SipIncomingCall, AnswersRetransmissionsWithWhatItSaidLast) {
  Conversation talk;
  talk.feed(talk.invite());
  talk.feed(talk.invite());
  talk.call->ring(183, "v=early");
  talk.feed(talk.invite());
  EXPECT_THAT(talk.output(), ElementsAre("100 INVITE", "100 INVITE", "183 INVITE", "183 INVITE"));
}

TEST(SipIncomingCall, SaysItsAnswerAgainUntilTheAckAndHangsUpWithoutOne) {
  Conversation talk;
  talk.feed(talk.invite());
  talk.call->answer("v=answer");
  talk.output();
  talk.pass(3'500ms);  // after 0.5, 1.5 and 3.5 s
  EXPECT_EQ(talk.output(), std::vector<std::string>(3, "200 INVITE"));
  talk.pass(28'500ms);
  EXPECT_EQ(talk.output().back(), "BYE");
  talk.answer("BYE", 481);
  EXPECT_THAT(talk.events.take(), ElementsAre("ended fault 0"));
}

TEST(SipIncomingCall, TakesAnAckThatTheByeOvertook) {
  Conversation talk;
  talk.feed(talk.invite());
  talk.call->answer("v=answer");
  std::string ack = talk.request("ACK", 1), bye = talk.request("BYE", 2);
  talk.feed(bye);
  talk.feed(ack);
  talk.output();
  talk.pass(40s);
  EXPECT_THAT(talk.output(), IsEmpty());
  EXPECT_THAT(talk.events.take(), ElementsAre("ended remote 0"));
}

TEST(SipIncomingCall, HangsUpOnlyAfterTheAck) {
  Conversation talk;
  talk.feed(talk.invite());
  talk.call->answer("v=answer");
  talk.output();
  talk.call->hang_up();
  EXPECT_THAT(talk.output(), IsEmpty());
  talk.feed(talk.request("ACK", 1));
  EXPECT_THAT(talk.output(), ElementsAre("BYE"));
  EXPECT_EQ(talk.last("BYE").target_text, "sip:peer@192.0.2.9");
}

TEST(SipIncomingCall, IsCancelledWhileItRings) {
  Conversation talk;
  talk.feed(talk.invite());
  talk.call->ring();
  talk.output();
  talk.feed(talk.cancel());
  EXPECT_THAT(talk.output(), ElementsAre("200 CANCEL", "487 INVITE"));
  EXPECT_THAT(talk.events.take(), ElementsAre("ended remote 487"));
  talk.call->answer("v=late");
  EXPECT_THAT(talk.output(), IsEmpty());
}

TEST(SipIncomingCall, TakesNoNoticeOfACancelAfterTheAnswer) {
  Conversation talk;
  talk.feed(talk.invite());
  talk.call->answer("v=answer");
  talk.output();
  talk.feed(talk.cancel());
  EXPECT_THAT(talk.output(), ElementsAre("200 CANCEL"));
  EXPECT_EQ(talk.call->state(), Call::State::confirmed);
  EXPECT_EQ(talk.last("200 CANCEL").to.tag, talk.last("200 INVITE").to.tag);
  talk.feed(talk.cancel("z9hG4bKother"));
  EXPECT_THAT(talk.output(), ElementsAre("481 CANCEL"));
}

TEST(SipIncomingCall, SaysARefusalAgainUntilTheAck) {
  Conversation talk;
  talk.feed(talk.invite());
  talk.call->reject(486, "Busy", {{"Retry-After", "9"}});
  talk.output();
  talk.pass(1'500ms);
  EXPECT_THAT(talk.output(), ElementsAre("486 INVITE", "486 INVITE"));
  EXPECT_EQ(talk.last("486 INVITE").header("Retry-After"), "9");
  std::string ack = talk.invite();
  ack.replace(0, 6, "ACK");
  ack.replace(ack.find("1 INVITE"), 8, "1 ACK");
  talk.feed(ack);
  talk.pass(40s);
  EXPECT_THAT(talk.output(), IsEmpty());
  EXPECT_EQ(talk.agent.transactions(), 0u);
}

TEST(SipIncomingCall, OffersInItsAnswerWhereTheInviteDidNot) {
  Conversation talk;
  talk.feed(talk.invite("z9hG4bKi1", {}, {}));
  talk.call->answer("v=our offer");
  talk.feed(talk.request("ACK", 1, "v=their answer"));
  EXPECT_THAT(talk.events.take(), ElementsAre("acknowledged v=their answer"));
}

TEST(SipIncomingCall, AnswersAnOfferOfHold) {
  Conversation talk;
  establish(talk);
  talk.feed(talk.request("INVITE", 2, "v=hold"));
  EXPECT_EQ(talk.last("200 INVITE").body, "v=answer");
  talk.pass(500ms);
  talk.feed(talk.request("ACK", 2));
  talk.pass(40s);
  EXPECT_THAT(talk.output(), ElementsAre("200 INVITE", "200 INVITE"));
  EXPECT_THAT(talk.events.take(), ElementsAre("offer v=hold", "acknowledged"));
  talk.events.answer_to_offers = "";
  talk.feed(talk.request("UPDATE", 3, "v=video"));
  EXPECT_THAT(talk.output(), ElementsAre("488 UPDATE"));
  EXPECT_EQ(talk.call->state(), Call::State::confirmed);
}

TEST(SipIncomingCall, OffersOnceWhereItIsToldToWithinAnEvent) {
  Conversation talk;
  talk.feed(talk.invite());
  talk.call->answer("v=answer");
  talk.output();
  talk.events.meanwhile = [&talk] { EXPECT_TRUE(talk.call->reinvite("v=more")); };
  talk.feed(talk.request("ACK", 1));
  EXPECT_THAT(talk.output(), ElementsAre("INVITE"));
}

TEST(SipIncomingCall, OffersAfterTheAckWhereItIsToldToBefore) {
  Conversation talk;
  talk.feed(talk.invite());
  talk.call->answer("v=answer");
  talk.output();
  EXPECT_TRUE(talk.call->reinvite("v=more"));
  EXPECT_THAT(talk.output(), IsEmpty());
  talk.feed(talk.request("ACK", 1));
  EXPECT_THAT(talk.output(), ElementsAre("INVITE"));
}

TEST(SipIncomingCall, AnswersNoOfferDuringWhichItWasHungUp) {
  Conversation talk;
  establish(talk);
  talk.events.meanwhile = [&talk] { talk.call->hang_up(); };
  talk.feed(talk.request("INVITE", 2, "v=hold"));
  EXPECT_THAT(talk.output(), ElementsAre("BYE", "481 INVITE"));
  talk.answer("BYE", 200);
  EXPECT_THAT(talk.events.take(), ElementsAre("offer v=hold", "ended local 0"));
}

TEST(SipIncomingCall, RefusesWhatIsOutOfOrderOrOfAnotherDialog) {
  Conversation talk;
  establish(talk);
  talk.feed(talk.request("INFO", 1));
  EXPECT_THAT(talk.output(), ElementsAre("500 INFO"));
  std::string stranger = talk.request("INFO", 5);
  stranger.replace(stranger.find(";tag=peer"), 9, ";tag=evil");
  talk.feed(stranger);
  EXPECT_THAT(talk.output(), ElementsAre("481 INFO"));
  std::string unknown = talk.request("BYE", 6);
  std::size_t tag = unknown.rfind(";tag=");
  unknown.replace(tag + 5, 3, "xyz");
  talk.feed(unknown);
  EXPECT_THAT(talk.output(), ElementsAre("481 BYE"));
}

TEST(SipIncomingCall, TellsDigitsOnceEach) {
  Conversation talk;
  establish(talk);
  std::string five =
      talk.request("INFO", 2, "Signal=5\r\nDuration=120\r\n", {}, "application/dtmf-relay");
  talk.feed(five);
  talk.feed(five);
  talk.feed(talk.request("INFO", 3, "#", {}, "application/dtmf"));
  talk.feed(talk.request("INFO", 4, "x", {}, "application/x-other"));
  talk.feed(talk.request("INFO", 5, "Signal=55\r\n", {}, "application/dtmf-relay"));
  EXPECT_THAT(talk.output(),
              ElementsAre("200 INFO", "200 INFO", "200 INFO", "415 INFO", "400 INFO"));
  EXPECT_THAT(talk.events.take(), ElementsAre("digit 5 120", "digit # 0"));
}

TEST(SipIncomingCall, AgreesOnASessionThatTheCallerRefreshes) {
  Conversation talk;
  talk.feed(talk.invite("z9hG4bKi1", "Supported: timer\r\nSession-Expires: 120\r\n"));
  talk.call->answer("v=answer");
  EXPECT_EQ(talk.last("200 INVITE").header("Session-Expires"), "120;refresher=uac");
  talk.feed(talk.request("ACK", 1));
  talk.pass(80s);
  talk.feed(talk.request("UPDATE", 2, {}, "Supported: timer\r\nSession-Expires: 120\r\n"));
  EXPECT_EQ(talk.last("200 UPDATE").header("Session-Expires"), "120;refresher=uac");
  talk.output();
  talk.pass(87s);
  EXPECT_THAT(talk.output(), IsEmpty());
  talk.pass(1s);
  EXPECT_THAT(talk.output(), ElementsAre("BYE"));
}

TEST(SipIncomingCall, RefusesASessionTooShort) {
  Conversation talk;
  talk.feed(talk.invite("z9hG4bKi1", "Supported: timer\r\nSession-Expires: 30\r\n"));
  EXPECT_THAT(talk.output(), ElementsAre("422 INVITE"));
  EXPECT_EQ(talk.last("422 INVITE").header("Min-SE"), "90");
}

TEST(SipIncomingCall, RingsEachMinuteAndEndsWhereNobodyAnswersIt) {
  Conversation talk;
  talk.feed(talk.invite());
  talk.call->ring();
  talk.output();
  talk.pass(290s);
  EXPECT_EQ(talk.output(), std::vector<std::string>(4, "180 INVITE"));
  talk.pass(10s);
  EXPECT_THAT(talk.events.take(), ElementsAre("ended fault 480"));
}

}  // namespace
}  // namespace cloudvno::sip
