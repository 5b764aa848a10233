// What the agent refuses, answers by itself, and what it does at its end.
#include "protocol/sip/user_agent.hpp"

#include <gmock/gmock.h>

#include "protocol/sip/testing/conversation.hpp"

namespace cloudvno::sip {
namespace {

using namespace std::chrono_literals;
using testing::Conversation;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string other_method(const Conversation& talk, const std::string& method) {
  std::string text = talk.invite("z9hG4bKo");
  text.replace(0, 6, method);
  return text.replace(text.find("1 INVITE"), 8, "1 " + method);
}

TEST(SipUserAgent, AnswersOptionsAndRefusesMethodsThatItDoesNotKnow) {
  Conversation talk;
  talk.feed(other_method(talk, "OPTIONS"));
  talk.feed(other_method(talk, "REGISTER"));
  talk.feed(other_method(talk, "BYE"));
  talk.feed(other_method(talk, "CANCEL"));
  talk.feed(other_method(talk, "ACK"));
  EXPECT_THAT(talk.output(), ElementsAre("200 OPTIONS", "405 REGISTER", "481 BYE", "481 CANCEL"));
  EXPECT_THAT(std::string(talk.last("405 REGISTER").header("Allow")), HasSubstr("INVITE"));
}

TEST(SipUserAgent, RefusesExtensionsThatItDoesNotHave) {
  Conversation talk;
  talk.feed(talk.invite("z9hG4bKi1", "Require: timer, 100rel\r\nRequire: foo\r\n"));
  EXPECT_THAT(talk.output(), ElementsAre("420 INVITE"));
  EXPECT_EQ(talk.last("420 INVITE").header("Unsupported"), "100rel, foo");
}

TEST(SipUserAgent, RefusesWhatIsMalformedOrOfAnotherVersion) {
  Conversation talk;
  std::string text = talk.invite();
  talk.feed(text.replace(text.find("SIP/2.0"), 7, "SIP/3.0"));
  text = talk.invite();
  talk.feed(text.replace(text.find("sip:"), 4, "foo:"));
  text = talk.invite();
  talk.feed(text.replace(text.find("application/sdp"), 15, "application/foo"));
  text = talk.invite();
  talk.feed(text.replace(text.find("1 INVITE"), 8, "1 BYE"));
  EXPECT_EQ(talk.output().size(), 4u);
  EXPECT_NO_THROW(talk.last("400 BYE"));
  EXPECT_NO_THROW(talk.last("505 INVITE"));
  EXPECT_NO_THROW(talk.last("416 INVITE"));
  EXPECT_NO_THROW(talk.last("415 INVITE"));
  EXPECT_EQ(talk.call, nullptr);
}

TEST(SipUserAgent, RefusesTheSameRequestByAnotherPath) {
  Conversation talk;
  talk.feed(talk.invite("z9hG4bKone"));
  talk.feed(talk.invite("z9hG4bKtwo"));
  EXPECT_THAT(talk.output(), ElementsAre("100 INVITE", "482 INVITE"));
}

TEST(SipUserAgent, RefusesCallsBeyondItsBound) {
  UserAgentOptions options;
  options.max_calls = 1;
  Conversation talk(options);
  talk.start_call();
  talk.output();
  talk.feed(talk.invite());
  EXPECT_THAT(talk.output(), ElementsAre("503 INVITE"));
  EXPECT_EQ(talk.last("503 INVITE").header("Retry-After"), "5");
  EXPECT_EQ(talk.agent.invite(talk.invite_options(), talk.events), nullptr);
}

TEST(SipUserAgent, RefusesACallThatHadToWaitTooLong) {
  Conversation talk;
  talk.agent.received(talk.invite(), talk.peer, 501ms);
  EXPECT_THAT(talk.output(), ElementsAre("503 INVITE"));
  talk.agent.received(talk.invite("z9hG4bKi2"), talk.peer, 500ms);
  EXPECT_NE(talk.call, nullptr);
}

TEST(SipUserAgent, RefusesACallThatNobodyTakes) {
  Conversation talk;
  talk.handlers.on_invite = [](IncomingCall&) {};
  talk.feed(talk.invite());
  EXPECT_THAT(talk.output(), ElementsAre("480 INVITE"));
  EXPECT_EQ(talk.agent.calls(), 0u);
}

TEST(SipUserAgent, AsksWhoCallsAndKeepsNothingUntilItKnows) {
  Conversation talk;
  std::string username;
  talk.handlers.realm_for = [](const SipMessage&, const Peer&) { return "realm"; };
  talk.handlers.find_user = [](std::string_view realm, std::string_view user) {
    return KnownUser{"", make_ha1(DigestAlgorithm::sha256, user, realm, "secret")};
  };
  talk.handlers.on_invite = [&](IncomingCall& incoming) {
    username = incoming.username;
    incoming.call->attach(talk.events);
  };
  talk.feed(talk.invite("z9hG4bKone"));
  EXPECT_THAT(talk.output(), ElementsAre("401 INVITE"));
  EXPECT_EQ(talk.agent.transactions(), 0u);
  SipMessage challenge = talk.last("401 INVITE");
  EXPECT_EQ(challenge.all("WWW-Authenticate").size(), 2u);
  DigestClient client(Credentials{"alice", "secret"});
  ASSERT_TRUE(client.take(challenge));
  Header answer = client.answer("INVITE", "sip:+15550199@198.51.100.1").front();
  talk.feed(talk.invite("z9hG4bKtwo", answer.name + ": " + answer.value + "\r\n"));
  EXPECT_EQ(username, "alice");
  talk.feed(talk.invite("z9hG4bKtwo", answer.name + ": " + answer.value + "\r\n"));
  EXPECT_THAT(talk.output(), ElementsAre("100 INVITE", "100 INVITE"));
}

TEST(SipUserAgent, FinishesItsCallsWhileItDrains) {
  Conversation talk;
  talk.feed(talk.invite());
  talk.agent.drain();
  talk.call->answer("v=answer");
  talk.feed(talk.request("ACK", 1));
  std::string next = talk.invite("z9hG4bKnext");
  talk.feed(next.replace(next.find("in@"), 3, "xx@"));
  EXPECT_THAT(talk.output(), ElementsAre("100 INVITE", "200 INVITE", "503 INVITE"));
  talk.feed(talk.request("BYE", 2));
  EXPECT_THAT(talk.output(), ElementsAre("200 BYE"));
}

TEST(SipUserAgent, HangsUpEverywhereAtItsClose) {
  Conversation talk;
  talk.start_call();
  talk.answer("INVITE", 200, "peer", "v=answer");
  std::string ringing = talk.invite();
  talk.feed(ringing);
  talk.output();
  talk.agent.close();
  EXPECT_THAT(talk.output(), ::testing::UnorderedElementsAre("BYE", "603 INVITE"));
  talk.answer("BYE", 200);
  EXPECT_EQ(talk.agent.calls(), 0u);
}

TEST(SipUserAgent, TellsWhetherAPingWasAnswered) {
  Conversation talk;
  std::vector<int> told;
  PingOptions options{*Uri::parse("sip:192.0.2.9"), {}, Transport::udp};
  talk.agent.ping(options, [&](int status) { told.push_back(status); });
  talk.answer("OPTIONS", 405);
  talk.agent.ping(options, [&](int status) { told.push_back(status); });
  talk.pass(32s);
  EXPECT_THAT(told, ElementsAre(405, 408));
}

TEST(SipUserAgent, TakesNoResponseThatItDidNotAskFor) {
  Conversation talk;
  talk.start_call();
  std::string forged =
      "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP x;branch=z9hG4bK1.0000000000000000\r\n"
      "From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n"
      "Content-Length: 0\r\n\r\n";
  talk.feed(forged);
  EXPECT_EQ(talk.call->state(), Call::State::inviting);
  EXPECT_THAT(talk.output(), ElementsAre("INVITE"));
}

TEST(SipUserAgent, LeavesCallsThatDoNothingWhenItGoes) {
  std::shared_ptr<Call> call;
  testing::RecordedEvents events;
  {
    Conversation talk;
    call = talk.agent.invite(talk.invite_options(), events);
  }
  call->hang_up();
  EXPECT_FALSE(call->reinvite("v=x"));
  EXPECT_THAT(events.lines, IsEmpty());
}

}  // namespace
}  // namespace cloudvno::sip
