// Calls of ours: the INVITE and all that may come of it.
#include <gmock/gmock.h>

#include "protocol/sip/testing/conversation.hpp"

namespace cloudvno::sip {
namespace {

using namespace std::chrono_literals;
using testing::Conversation;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Words = std::vector<std::string>;

void establish(Conversation& talk) {
  talk.start_call();
  talk.answer("INVITE", 200, "peer", "v=answer");
  ASSERT_EQ(talk.call->state(), Call::State::confirmed);
  talk.output();
  talk.events.take();
}

TEST(SipOutgoingCall, RingsIsAnsweredAndHungUp) {
  Conversation talk;
  talk.start_call();
  EXPECT_THAT(talk.output(), ElementsAre("INVITE"));
  talk.answer("INVITE", 100);
  talk.answer("INVITE", 180, "peer", "v=early");
  talk.answer("INVITE", 200, "peer", "v=answer");
  EXPECT_THAT(talk.output(), ElementsAre("ACK"));
  EXPECT_EQ(talk.last("ACK").target_text, "sip:peer@192.0.2.9");
  EXPECT_EQ(talk.last("ACK").cseq.number, talk.last("INVITE").cseq.number);
  talk.call->hang_up("Q.850;cause=16");
  EXPECT_THAT(talk.output(), ElementsAre("BYE"));
  EXPECT_EQ(talk.last("BYE").header("Reason"), "Q.850;cause=16");
  talk.answer("BYE", 200);
  EXPECT_THAT(talk.events.take(),
              ElementsAre("provisional 180 v=early", "answered v=answer", "ended local 0"));
  talk.pass(40s);
  EXPECT_EQ(talk.agent.transactions(), 0u);
  EXPECT_EQ(talk.agent.calls(), 0u);
}

TEST(SipOutgoingCall, GoesOutAgainUntilSomethingComesAndGivesUpAfter32Seconds) {
  Conversation talk;
  talk.start_call();
  talk.pass(32s);
  // Timer A: 0.5, 1.5, 3.5, 7.5, 15.5, 31.5 s after the first.
  EXPECT_EQ(talk.output(), Words(7, "INVITE"));
  EXPECT_THAT(talk.events.take(), ElementsAre("ended fault 408"));
  EXPECT_EQ(talk.agent.calls(), 0u);
}

TEST(SipOutgoingCall, IsNotSentAgainOnAReliableTransport) {
  Conversation talk({}, Transport::tcp);
  talk.start_call();
  talk.pass(32s);
  EXPECT_THAT(talk.output(), ElementsAre("INVITE"));
  EXPECT_THAT(talk.events.take(), ElementsAre("ended fault 408"));
}

TEST(SipOutgoingCall, TellsARefusalAndAcknowledgesItEachTime) {
  Conversation talk;
  talk.start_call();
  talk.answer("INVITE", 486);
  talk.answer("INVITE", 486);
  EXPECT_THAT(talk.output(), ElementsAre("INVITE", "ACK", "ACK"));
  SipMessage ack = talk.last("ACK"), invite = talk.last("INVITE");
  EXPECT_EQ(ack.via.branch, invite.via.branch);
  EXPECT_EQ(ack.to.tag, "peer");
  EXPECT_THAT(talk.events.take(), ElementsAre("ended remote 486"));
}

TEST(SipOutgoingCall, WaitsForAProvisionalResponseBeforeItCancels) {
  Conversation talk;
  talk.start_call();
  talk.call->cancel();
  EXPECT_THAT(talk.output(), ElementsAre("INVITE"));
  talk.answer("INVITE", 100);
  EXPECT_THAT(talk.output(), ElementsAre("CANCEL"));
  EXPECT_EQ(talk.last("CANCEL").via.branch, talk.last("INVITE").via.branch);
  talk.answer("CANCEL", 200);
  talk.answer("INVITE", 487);
  EXPECT_THAT(talk.output(), ElementsAre("ACK"));
  EXPECT_THAT(talk.events.take(), ElementsAre("ended local 487"));
}

TEST(SipOutgoingCall, HangsUpAnAnswerThatCrossedTheCancel) {
  Conversation talk;
  talk.start_call();
  talk.answer("INVITE", 180);
  talk.call->cancel();
  talk.answer("INVITE", 200, "peer", "v=answer");
  talk.answer("CANCEL", 481);
  EXPECT_THAT(talk.output(), ElementsAre("INVITE", "CANCEL", "ACK", "BYE"));
  talk.answer("BYE", 200);
  EXPECT_THAT(talk.events.take(), ElementsAre("provisional 180", "ended local 0"));
}

TEST(SipOutgoingCall, HangsUpAnAnswerThatComesBeforeACancelCouldGo) {
  Conversation talk;
  talk.start_call();
  talk.call->cancel();
  talk.answer("INVITE", 200, "peer", "v=answer");
  EXPECT_THAT(talk.output(), ElementsAre("INVITE", "ACK", "BYE"));
}

TEST(SipOutgoingCall, EndsWhereACancelIsNotFollowedByAFinalResponse) {
  Conversation talk;
  talk.start_call();
  talk.answer("INVITE", 180);
  talk.call->cancel();
  talk.answer("CANCEL", 200);
  talk.pass(32s);
  EXPECT_THAT(talk.events.take(), ElementsAre("provisional 180", "ended local 487"));
  talk.pass(40s);
  EXPECT_EQ(talk.agent.transactions(), 0u);
}

TEST(SipOutgoingCall, CancelsWhatRingsBeyondItsPatience) {
  Conversation talk;
  talk.start_call();
  talk.answer("INVITE", 180);
  talk.pass(3min);
  EXPECT_THAT(talk.output(), ElementsAre("INVITE", "CANCEL"));
}

TEST(SipOutgoingCall, TakesTheFirstAnswerOfAForkAndEndsTheOthers) {
  Conversation talk;
  talk.start_call();
  talk.answer("INVITE", 180, "a");
  talk.answer("INVITE", 183, "b", "v=early");
  talk.answer("INVITE", 200, "b", "v=answer");
  EXPECT_THAT(talk.output(), ElementsAre("INVITE", "ACK"));
  talk.answer("INVITE", 200, "a", "v=other");
  EXPECT_THAT(talk.output(), ElementsAre("ACK", "BYE"));
  EXPECT_EQ(talk.last("BYE").to.tag, "a");
  EXPECT_EQ(talk.last("BYE").target_text, "sip:a@192.0.2.9");
  talk.answer("INVITE", 200, "a", "v=other");
  talk.answer("INVITE", 200, "b", "v=answer");
  EXPECT_THAT(talk.output(), ElementsAre("ACK", "ACK"));
  EXPECT_EQ(talk.call->state(), Call::State::confirmed);
}

TEST(SipOutgoingCall, FollowsTheRouteThatTheAnswerRecorded) {
  Conversation talk;
  talk.start_call();
  talk.answer("INVITE", 200, "peer", "v=answer",
              "Record-Route: <sip:near.example;lr>, <sip:far.example;lr>\r\n");
  SipMessage ack = talk.last("ACK");
  EXPECT_THAT(ack.all("Route"), ElementsAre("<sip:far.example;lr>", "<sip:near.example;lr>"));
  EXPECT_EQ(ack.target_text, "sip:peer@192.0.2.9");
  EXPECT_EQ(talk.last_target().host, "far.example");
}

TEST(SipOutgoingCall, AnswersTheStrongestChallengeOnce) {
  Conversation talk;
  InviteOptions options = talk.invite_options();
  options.credentials = Credentials{"alice", "secret"};
  talk.start_call(options);
  std::string challenge =
      "WWW-Authenticate: Digest realm=\"r\", nonce=\"n1\", qop=\"auth\", algorithm=MD5\r\n"
      "WWW-Authenticate: Digest realm=\"r\", nonce=\"n2\", qop=\"auth\", algorithm=SHA-256\r\n";
  talk.answer("INVITE", 401, "peer", {}, challenge);
  EXPECT_THAT(talk.output(), ElementsAre("INVITE", "ACK", "INVITE"));
  SipMessage again = talk.last("INVITE");
  EXPECT_EQ(again.cseq.number, 2u);
  EXPECT_THAT(std::string(again.header("Authorization")), HasSubstr("algorithm=SHA-256"));
  talk.answer("INVITE", 401, "peer", {}, challenge);
  EXPECT_THAT(talk.output(), ElementsAre("ACK"));
  EXPECT_THAT(talk.events.take(), ElementsAre("ended remote 401"));
}

TEST(SipOutgoingCall, AsksAgainWithALongerSession) {
  Conversation talk;
  InviteOptions options = talk.invite_options();
  options.session_expires = 100;
  talk.start_call(options);
  talk.answer("INVITE", 422, "peer", {}, "Min-SE: 300\r\n");
  EXPECT_EQ(talk.last("INVITE").header("Session-Expires"), "300");
  EXPECT_EQ(talk.last("INVITE").header("Min-SE"), "300");
}

TEST(SipOutgoingCall, GoesByTcpWhereItIsLargeAndByUdpWhereTcpFails) {
  Conversation talk;
  InviteOptions options = talk.invite_options();
  options.headers.push_back({"X-Large", std::string(1'300, 'x')});
  talk.start_call(options);
  EXPECT_EQ(talk.last_target().transport, Transport::tcp);
  EXPECT_THAT(talk.last("INVITE").via.protocol, HasSubstr("TCP"));
  talk.agent.send_failed(talk.tags.back());
  EXPECT_EQ(talk.last_target().transport, Transport::udp);
  talk.agent.send_failed(talk.tags.back());
  EXPECT_THAT(talk.events.take(), ElementsAre("ended fault 503"));
}

TEST(SipOutgoingCall, OffersAgainAndTellsTheAnswer) {
  Conversation talk;
  establish(talk);
  EXPECT_TRUE(talk.call->reinvite("v=hold"));
  EXPECT_FALSE(talk.call->reinvite("v=other"));
  EXPECT_EQ(talk.last("INVITE").body, "v=hold");
  talk.answer("INVITE", 200, "peer", "v=held");
  EXPECT_THAT(talk.output(), ElementsAre("INVITE", "ACK"));
  talk.answer("INVITE", 200, "peer", "v=held");  // the ACK was lost
  EXPECT_THAT(talk.output(), ElementsAre("ACK"));
  EXPECT_THAT(talk.events.take(), ElementsAre("reinvited 200 v=held"));
}

TEST(SipOutgoingCall, OffersAgainAfterAGlare) {
  Conversation talk;
  establish(talk);
  talk.call->reinvite("v=hold");
  talk.feed(talk.request("INVITE", 1, "v=theirs"));
  talk.answer("INVITE", 491);
  EXPECT_THAT(talk.output(), ElementsAre("INVITE", "491 INVITE", "ACK"));
  talk.pass(2'090ms);
  EXPECT_THAT(talk.output(), ::testing::Not(::testing::Contains("INVITE")));
  talk.pass(1'910ms);
  EXPECT_THAT(talk.output(), ::testing::Contains("INVITE"));
  EXPECT_THAT(talk.events.take(), IsEmpty());
}

TEST(SipOutgoingCall, GivesUpAnOfferThatIsNeverAnswered) {
  Conversation talk;
  establish(talk);
  talk.call->reinvite("v=hold");
  talk.answer("INVITE", 180);
  talk.pass(64s);
  EXPECT_THAT(talk.output(), ElementsAre("INVITE", "BYE"));
  talk.pass(64s);
  EXPECT_THAT(talk.events.take(), ElementsAre("ended fault 0"));
  EXPECT_EQ(talk.agent.transactions(), 0u);
}

TEST(SipOutgoingCall, EndsWhereTheOtherSideKnowsNothingOfIt) {
  Conversation talk;
  establish(talk);
  talk.call->send_digit('5');
  EXPECT_EQ(talk.last("INFO").body, "Signal=5\r\nDuration=160\r\n");
  talk.answer("INFO", 481);
  EXPECT_THAT(talk.output(), ElementsAre("INFO", "BYE"));
  talk.answer("BYE", 481);
  EXPECT_THAT(talk.events.take(), ElementsAre("ended fault 0"));
}

TEST(SipOutgoingCall, SurvivesByesThatCross) {
  Conversation talk;
  establish(talk);
  talk.call->hang_up();
  talk.feed(talk.request("BYE", 1));
  talk.answer("BYE", 481);
  EXPECT_THAT(talk.output(), ElementsAre("BYE", "200 BYE"));
  EXPECT_THAT(talk.events.take(), ElementsAre("ended local 0"));
}

TEST(SipOutgoingCall, EndsAfterAByeThatNobodyAnswers) {
  Conversation talk;
  establish(talk);
  talk.call->hang_up();
  talk.pass(32s);
  EXPECT_THAT(talk.events.take(), ElementsAre("ended local 0"));
}

TEST(SipOutgoingCall, RefreshesItsSessionByUpdateOrByInvite) {
  for (std::string allow : {"Allow: INVITE, UPDATE\r\n", ""}) {
    Conversation talk;
    InviteOptions options = talk.invite_options();
    options.session_expires = 100;
    talk.start_call(options);
    talk.answer("INVITE", 200, "peer", "v=answer",
                allow + "Session-Expires: 100;refresher=uac\r\n");
    talk.output();
    talk.pass(50s);
    std::string method = allow.empty() ? "INVITE" : "UPDATE";
    EXPECT_THAT(talk.output(), ElementsAre(method));
    EXPECT_EQ(talk.last(method).header("Session-Expires"), "100;refresher=uac");
    EXPECT_EQ(talk.last(method).body, allow.empty() ? "v=offer" : "");
    talk.answer(method, 200, "peer", {}, "Session-Expires: 100;refresher=uac\r\n");
    talk.output();
    talk.pass(50s);
    EXPECT_THAT(talk.output(), ::testing::Contains(method));
  }
}

// It may name an interval that is shorter than what we have said is the shortest.
TEST(SipOutgoingCall, RefreshesAtMostEveryFiveSeconds) {
  Conversation talk;
  InviteOptions options = talk.invite_options();
  options.session_expires = 100;
  talk.start_call(options);
  const std::string at_once = "Allow: INVITE, UPDATE\r\nSession-Expires: 1;refresher=uac\r\n";
  talk.answer("INVITE", 200, "peer", "v=answer", at_once);
  talk.output();
  for (int i = 0; i < 3; ++i) {
    talk.pass(4s);
    EXPECT_THAT(talk.output(), IsEmpty());
    talk.pass(1s);
    EXPECT_THAT(talk.output(), ElementsAre("UPDATE"));
    talk.answer("UPDATE", 200, "peer", {}, at_once);
    talk.output();
  }
}

TEST(SipOutgoingCall, EndsWhereTheOtherSideDoesNotRefreshTheSession) {
  Conversation talk;
  InviteOptions options = talk.invite_options();
  options.session_expires = 100;
  talk.start_call(options);
  talk.answer("INVITE", 200, "peer", "v=answer", "Session-Expires: 100;refresher=uas\r\n");
  talk.output();
  talk.pass(67s);
  EXPECT_THAT(talk.output(), IsEmpty());
  talk.pass(1s);
  EXPECT_THAT(talk.output(), ElementsAre("BYE"));
}

}  // namespace
}  // namespace cloudvno::sip
