// Conversations of a session with its peer, on both sides (SMPP 3.4 sections 2.2, 2.3 and 7.2).
#include "protocol/smpp/session_machine.hpp"

#include <gmock/gmock.h>

#include "protocol/smpp/testing/conversation.hpp"
#include "protocol/smpp/testing/samples.hpp"

namespace cloudvno::smpp {
namespace {

using namespace std::chrono_literals;
using enum CommandStatus;
using namespace testing::samples;
using testing::Conversation;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::Settled;
using Kind = Outcome::Kind;

// An ESME that has bound, with sequence number 1; its next request has 2.
struct BoundEsme : Conversation {
  explicit BoundEsme(SessionOptions options = {}, BindMode mode = BindMode::transceiver)
      : Conversation(Role::esme, options) {
    machine().bind(Bind{.mode = mode}, now());
    output();
    feed(ok(1, BindResp{.mode = mode}));
    EXPECT_EQ(machine().state(), SessionState::bound);
  }
};

// An SMSC to which an ESME has bound, with sequence number 100; its own next request has 1.
struct BoundSmsc : Conversation {
  explicit BoundSmsc(SessionOptions options = {}, BindMode mode = BindMode::transceiver)
      : Conversation(Role::smsc, options) {
    feed(ok(100, Bind{.mode = mode}));
    machine().answer_bind(ESME_ROK, "SMSC", now());
    output();
    EXPECT_EQ(machine().state(), SessionState::bound);
  }
};

// ---- binding ----

TEST(SmppSession, BindsAsEsme) {
  Conversation talk(Role::esme, {});
  talk.machine().bind(bind_request, talk.now());
  EXPECT_THAT(talk.output(), ElementsAre(ok(1, bind_request)));
  EXPECT_FALSE(talk.machine().can_send());
  talk.feed(ok(1, bind_resp));
  EXPECT_THAT(talk.bounds, ElementsAre(bind_resp));
  EXPECT_EQ(talk.machine().free_slots(), 10u);
}

TEST(SmppSession, EndsWithTheSmscsStatusWhereBindIsRefused) {
  Conversation talk(Role::esme, {});
  talk.machine().bind(bind_request, talk.now());
  talk.output();
  talk.feed(refused(ESME_RINVPASWD, 1, BindResp{}));
  EXPECT_EQ(talk.machine().state(), SessionState::closed);
  EXPECT_EQ(talk.machine().close_reason(), CloseReason::bind_refused);
  EXPECT_EQ(talk.machine().bind_status(), ESME_RINVPASWD);
}

TEST(SmppSession, TakesANackAsARefusedBind) {
  Conversation talk(Role::esme, {});
  talk.machine().bind(bind_request, talk.now());
  talk.output();
  talk.feed(refused(ESME_RINVCMDID, 1, GenericNack{}));
  EXPECT_EQ(talk.machine().close_reason(), CloseReason::bind_refused);
  EXPECT_EQ(talk.machine().bind_status(), ESME_RINVCMDID);
}

TEST(SmppSession, RefusesItselfABindThatCannotBeEncoded) {
  Conversation talk(Role::esme, {});
  talk.machine().bind(Bind{.password = "longer than eight"}, talk.now());
  EXPECT_EQ(talk.machine().close_reason(), CloseReason::bind_refused);
  EXPECT_EQ(talk.machine().bind_status(), ESME_RINVPASWD);
}

TEST(SmppSession, WaitsForTheBindResponseForTenSeconds) {
  Conversation talk(Role::esme, {});
  talk.machine().bind(bind_request, talk.now());
  talk.output();
  talk.pass(10s - 1us);
  EXPECT_EQ(talk.machine().state(), SessionState::binding);
  talk.pass(1us);
  EXPECT_EQ(talk.machine().close_reason(), CloseReason::bind_timeout);
}

TEST(SmppSession, AnswersABindAsTheOwnerSays) {
  Conversation talk(Role::smsc, {});
  talk.feed(ok(5, bind_request));
  EXPECT_THAT(talk.binds, ElementsAre(bind_request));
  EXPECT_FALSE(talk.machine().wants_input());
  talk.machine().answer_bind(ESME_ROK, "SMSC", talk.now());
  EXPECT_THAT(talk.output(),
              ElementsAre(ok(5, BindResp{.system_id = "SMSC",
                                         .tlvs = {tlv_u8(Tag::sc_interface_version, 0x34)}})));
  EXPECT_EQ(talk.machine().state(), SessionState::bound);
  EXPECT_TRUE(talk.machine().wants_input());
}

TEST(SmppSession, SendsNoTlvsToAnOlderEsme) {
  Conversation talk(Role::smsc, {});
  talk.feed(ok(5, Bind{.interface_version = 0x33}));
  talk.machine().answer_bind(ESME_ROK, "SMSC", talk.now());
  EXPECT_THAT(talk.output(), ElementsAre(ok(5, BindResp{.system_id = "SMSC"})));
}

TEST(SmppSession, ClosesAfterARefusalHasGoneOut) {
  Conversation talk(Role::smsc, {});
  talk.feed(ok(5, bind_request));
  talk.machine().answer_bind(ESME_RINVPASWD, "SMSC", talk.now());
  EXPECT_EQ(talk.machine().state(), SessionState::closing);
  EXPECT_THAT(talk.output(), ElementsAre(refused(ESME_RINVPASWD, 5, BindResp{})));
  EXPECT_EQ(talk.machine().state(), SessionState::closed);
  EXPECT_EQ(talk.machine().close_reason(), CloseReason::bind_refused);
}

TEST(SmppSession, ClosesWhereNobodyBinds) {
  Conversation talk(Role::smsc, {.bind_timeout = 5s});
  talk.feed(ok(5, bind_request));  // and the owner does not answer
  talk.pass(5s);
  EXPECT_EQ(talk.machine().close_reason(), CloseReason::bind_timeout);
  talk.machine().answer_bind(ESME_ROK, "SMSC", talk.now());
  EXPECT_THAT(talk.output(), IsEmpty());
}

TEST(SmppSession, HandsOnOutbindToAnEsme) {
  Conversation talk(Role::esme, {});
  talk.feed(ok(1, Outbind{.system_id = "SMSC"}));
  ASSERT_EQ(talk.requests.size(), 1u);
  talk.machine().bind(bind_request, talk.now());
  EXPECT_EQ(talk.machine().state(), SessionState::binding);
}

// ---- what the state does not allow ----

TEST(SmppSession, RefusesRequestsThatItsStateDoesNotAllow) {
  Conversation talk(Role::smsc, {});
  talk.feed(ok(1, submit()));
  talk.feed(ok(2, EnquireLink{}));
  talk.feed(ok(3, Unbind{}));
  EXPECT_THAT(talk.output(), ElementsAre(refused(ESME_RINVBNDSTS, 1, SubmitSmResp{}),
                                         refused(ESME_RINVBNDSTS, 2, EnquireLinkResp{}),
                                         refused(ESME_RINVBNDSTS, 3, UnbindResp{})));
  EXPECT_EQ(talk.machine().state(), SessionState::open);
}

TEST(SmppSession, RefusesRequestsOfTheOtherDirection) {
  BoundSmsc receiver({}, BindMode::receiver);
  receiver.feed(ok(1, submit()));
  EXPECT_THAT(receiver.output(), ElementsAre(refused(ESME_RINVBNDSTS, 1, SubmitSmResp{})));
  BoundEsme transmitter({}, BindMode::transmitter);
  transmitter.feed(ok(1, deliver()));
  EXPECT_THAT(transmitter.output(), ElementsAre(refused(ESME_RINVBNDSTS, 1, DeliverSmResp{})));
  BoundEsme esme;
  esme.feed(ok(1, submit()));
  EXPECT_THAT(esme.output(), ElementsAre(refused(ESME_RINVBNDSTS, 1, SubmitSmResp{})));
  EXPECT_THAT(receiver.requests, IsEmpty());
}

TEST(SmppSession, SendsNothingThatTheModeDoesNotAllow) {
  BoundEsme talk({}, BindMode::receiver);
  talk.send("submit", submit());
  EXPECT_THAT(talk.settled, ElementsAre(Settled{"submit", Kind::invalid, ESME_RINVBNDSTS}));
  EXPECT_THAT(talk.output(), IsEmpty());
}

TEST(SmppSession, RefusesASecondBind) {
  BoundSmsc talk;
  talk.feed(ok(9, bind_request));
  EXPECT_THAT(talk.output(), ElementsAre(refused(ESME_RALYBND, 9, BindResp{})));
}

TEST(SmppSession, NacksAnUnknownCommandAndGoesOn) {
  BoundSmsc talk;
  Bytes wire;
  ASSERT_EQ(encode(ok(9, EnquireLink{}), wire), ESME_ROK);
  wire[7] = 0x42;
  talk.feed(wire);
  EXPECT_THAT(talk.output(), ElementsAre(refused(ESME_RINVCMDID, 9, GenericNack{})));
  EXPECT_EQ(talk.machine().state(), SessionState::bound);
}

TEST(SmppSession, AnswersAMalformedRequestWithItsOwnResponse) {
  BoundSmsc talk;
  Bytes wire;
  ASSERT_EQ(encode(ok(9, submit()), wire), ESME_ROK);
  wire[wire.size() - 3] = 200;  // sm_length
  talk.feed(wire);
  EXPECT_THAT(talk.output(), ElementsAre(refused(ESME_RINVMSGLEN, 9, SubmitSmResp{})));
}

TEST(SmppSession, ClosesAfterAnImpossibleLength) {
  BoundSmsc talk;
  talk.feed(from_hex("7FFFFFFF").value());
  EXPECT_THAT(talk.output(), ElementsAre(refused(ESME_RINVCMDLEN, 0, GenericNack{})));
  EXPECT_EQ(talk.machine().state(), SessionState::closed);
  EXPECT_EQ(talk.machine().close_reason(), CloseReason::protocol_error);
}

// ---- requests and responses ----

TEST(SmppSession, MatchesResponsesInAnyOrder) {
  BoundEsme talk;
  talk.send("a", submit("a"));
  talk.send("b", submit("b"));
  EXPECT_THAT(talk.output(), ElementsAre(ok(2, submit("a")), ok(3, submit("b"))));
  talk.feed(refused(ESME_RTHROTTLED, 3, SubmitSmResp{}));
  talk.feed(ok(2, SubmitSmResp{"id", {}}));
  EXPECT_THAT(talk.settled, ElementsAre(Settled{"b", Kind::answered, ESME_RTHROTTLED},
                                        Settled{"a", Kind::answered, ESME_ROK}));
}

TEST(SmppSession, ReadsPdusThatComeByteByByte) {
  BoundSmsc talk;
  talk.feed_byte_by_byte();
  talk.feed(ok(1, submit("a")));
  talk.feed(ok(2, submit("b")));
  EXPECT_EQ(talk.requests, (std::vector<Pdu>{ok(1, submit("a")), ok(2, submit("b"))}));
}

TEST(SmppSession, TakesAPduOfTheGreatestSize) {
  BoundSmsc talk;
  SubmitSm big = submit("");
  big.tlvs = {{Tag::message_payload, Bytes(65000, 'x')}};
  talk.feed(ok(1, big));
  talk.feed(ok(2, submit()));
  EXPECT_EQ(talk.requests, (std::vector<Pdu>{ok(1, big), ok(2, submit())}));
}

TEST(SmppSession, SendsNoMoreThanItsWindow) {
  BoundEsme talk({.window = 2});
  talk.send("a", submit());
  talk.send("b", submit());
  EXPECT_EQ(talk.machine().free_slots(), 0u);
  talk.send("c", submit());
  EXPECT_THAT(talk.settled, ElementsAre(Settled{"c", Kind::not_sent, ESME_ROK}));
  talk.output();
  talk.feed(ok(2, SubmitSmResp{}));
  EXPECT_EQ(talk.machine().free_slots(), 1u);
}

TEST(SmppSession, RefusesWhatItCannotEncodeWithoutUsingTheWindow) {
  BoundEsme talk;
  SubmitSm bad = submit();
  bad.destination.addr = std::string(21, '1');
  talk.send("bad", bad);
  EXPECT_THAT(talk.settled, ElementsAre(Settled{"bad", Kind::invalid, ESME_RINVDSTADR}));
  EXPECT_EQ(talk.machine().free_slots(), 10u);
}

TEST(SmppSession, IgnoresResponsesToNothing) {
  BoundEsme talk;
  talk.send("a", submit());
  talk.output();
  talk.feed(ok(77, SubmitSmResp{}));
  talk.feed(ok(2, DeliverSmResp{}));
  talk.feed(ok(0, SubmitSmResp{}));
  talk.feed(ok(0xFFFFFFFF, SubmitSmResp{}));
  talk.feed(ok(1, bind_resp));
  EXPECT_THAT(talk.settled, IsEmpty());
  EXPECT_THAT(talk.output(), IsEmpty());
  EXPECT_EQ(talk.machine().state(), SessionState::bound);
}

TEST(SmppSession, LeavesTheOutcomeOpenWhereTheResponseIsUnreadable) {
  BoundEsme talk;
  talk.send("a", submit());
  talk.output();
  Bytes wire;
  ASSERT_EQ(encode(ok(2, SubmitSmResp{"id", {}}), wire), ESME_ROK);
  wire.back() = 'x';  // no NUL
  talk.feed(wire);
  EXPECT_THAT(talk.settled, ElementsAre(Settled{"a", Kind::unanswered, ESME_ROK}));
  EXPECT_THAT(talk.output(), IsEmpty());
  EXPECT_EQ(talk.machine().free_slots(), 10u);
}

TEST(SmppSession, TakesANackAsAnAnswerThatAcceptsNothing) {
  BoundEsme talk;
  bool accepted = true;
  talk.machine().send(
      submit(), [&](Outcome&& outcome) { accepted = outcome.accepted(); }, talk.now());
  talk.output();
  talk.feed(ok(2, GenericNack{}));
  EXPECT_FALSE(accepted);
}

TEST(SmppSession, LetsACallbackSendTheNextRequest) {
  BoundEsme talk({.window = 1});
  talk.machine().send(submit("a"), [&](Outcome&&) { talk.send("b", submit("b")); }, talk.now());
  talk.output();
  talk.feed(ok(2, SubmitSmResp{}));
  EXPECT_THAT(talk.output(), ElementsAre(ok(3, submit("b"))));
}

TEST(SmppSession, AnswersRequestsWhenTheOwnerSays) {
  BoundEsme talk;
  talk.feed(ok(7, deliver("x")));
  talk.feed(ok(8, deliver("y")));
  EXPECT_THAT(talk.output(), IsEmpty());
  talk.machine().respond(8, ESME_ROK, DeliverSmResp{}, talk.now());
  talk.machine().respond(7, ESME_RX_T_APPN, DeliverSmResp{}, talk.now());
  EXPECT_THAT(talk.output(),
              ElementsAre(ok(8, DeliverSmResp{}), refused(ESME_RX_T_APPN, 7, DeliverSmResp{})));
}

TEST(SmppSession, AnswersASystemErrorWhereTheOwnersResponseCannotBeEncoded) {
  BoundSmsc talk;
  talk.feed(ok(7, submit()));
  talk.machine().respond(7, ESME_ROK, SubmitSmResp{std::string(65, '1'), {}}, talk.now());
  EXPECT_THAT(talk.output(), ElementsAre(refused(ESME_RSYSERR, 7, SubmitSmResp{})));
}

TEST(SmppSession, PassesAlertsAndOutbindsWithoutResponse) {
  BoundSmsc smsc;
  EXPECT_TRUE(smsc.machine().notify(AlertNotification{}));
  EXPECT_FALSE(smsc.machine().notify(Outbind{}));
  EXPECT_THAT(smsc.output(), ElementsAre(ok(1, AlertNotification{})));
  BoundEsme esme({.incoming_window = 1});
  esme.feed(ok(1, AlertNotification{}));
  esme.feed(ok(2, AlertNotification{}));
  EXPECT_EQ(esme.requests.size(), 2u);
  EXPECT_FALSE(esme.machine().notify(AlertNotification{}));
  Conversation open(Role::smsc, {});
  EXPECT_TRUE(open.machine().notify(Outbind{}));
}

// ---- back-pressure ----

TEST(SmppSession, ReadsNoMoreThanTheOwnerAnswers) {
  BoundSmsc talk({.incoming_window = 2});
  Bytes wire;
  for (std::uint32_t sequence = 1; sequence <= 3; ++sequence)
    ASSERT_EQ(encode(ok(sequence, submit()), wire), ESME_ROK);
  talk.feed(wire);
  EXPECT_EQ(talk.requests.size(), 2u);
  EXPECT_FALSE(talk.machine().wants_input());
  talk.machine().respond(1, ESME_ROK, SubmitSmResp{}, talk.now());
  talk.machine().resume(talk.now());
  EXPECT_EQ(talk.requests.size(), 3u);
}

TEST(SmppSession, CountsNoTimeAgainstThePeerWhileItDoesNotRead) {
  BoundSmsc talk({.incoming_window = 1});
  talk.send("deliver", deliver());
  talk.output();
  talk.pass(20s);
  talk.feed(ok(1, submit()));
  talk.pass(1h);
  EXPECT_EQ(talk.machine().state(), SessionState::bound);
  talk.machine().respond(1, ESME_ROK, SubmitSmResp{}, talk.now());
  EXPECT_THAT(talk.output(), ElementsAre(ok(1, SubmitSmResp{})));
  talk.pass(40s - 1us);
  EXPECT_THAT(talk.settled, IsEmpty());
  talk.pass(1us);
  EXPECT_THAT(talk.settled, ElementsAre(Settled{"deliver", Kind::timed_out, ESME_ROK}));
}

TEST(SmppSession, ReadsNothingFromAPeerThatTakesNothing) {
  BoundSmsc talk({.max_unsent = 100});
  for (std::uint32_t sequence = 1; sequence <= 50; ++sequence)
    talk.feed(ok(sequence, EnquireLink{}));
  EXPECT_FALSE(talk.machine().wants_input());
  EXPECT_FALSE(talk.machine().can_send());
  EXPECT_THAT(talk.output(), ::testing::SizeIs(7));  // the first beyond 100 bytes
  EXPECT_TRUE(talk.machine().wants_input());
}

TEST(SmppSession, GivesUpAWriteThatThePeerDoesNotTake) {
  BoundEsme talk;
  talk.send("a", submit());
  talk.begin_write();
  talk.send("b", submit());
  talk.pass(30s);
  EXPECT_EQ(talk.machine().close_reason(), CloseReason::stalled);
  EXPECT_THAT(talk.settled, ElementsAre(Settled{"a", Kind::unanswered, ESME_ROK},
                                        Settled{"b", Kind::not_sent, ESME_ROK}));
}

TEST(SmppSession, GivesUpHalfAPduAfterTenSeconds) {
  BoundSmsc talk;
  talk.feed_byte_by_byte();
  Bytes wire;
  ASSERT_EQ(encode(ok(1, submit()), wire), ESME_ROK);
  for (int second = 0; second < 10; ++second) {
    EXPECT_EQ(talk.machine().state(), SessionState::bound);
    talk.feed(ByteView(wire).subspan(static_cast<std::size_t>(second), 1));
    talk.pass(1s);
  }
  EXPECT_EQ(talk.machine().close_reason(), CloseReason::stalled);
}

// ---- the link's life ----

TEST(SmppSession, AnswersEnquireLink) {
  BoundEsme talk;
  talk.feed(ok(5, EnquireLink{}));
  EXPECT_THAT(talk.output(), ElementsAre(ok(5, EnquireLinkResp{})));
}

TEST(SmppSession, ChecksASilentLinkEveryThirtySeconds) {
  BoundEsme talk;
  talk.pass(30s - 1us);
  EXPECT_THAT(talk.output(), IsEmpty());
  talk.pass(1us);
  EXPECT_THAT(talk.output(), ElementsAre(ok(2, EnquireLink{})));
  talk.feed(ok(2, EnquireLinkResp{}));
  talk.pass(30s);
  EXPECT_THAT(talk.output(), ElementsAre(ok(3, EnquireLink{})));
}

TEST(SmppSession, ChecksNoLinkOnWhichThePeerSpeaks) {
  BoundSmsc talk;
  for (std::uint32_t i = 1; i <= 10; ++i) {
    talk.pass(29s);
    talk.feed(ok(i, EnquireLink{}));
    EXPECT_THAT(talk.output(), ElementsAre(ok(i, EnquireLinkResp{})));
  }
}

TEST(SmppSession, ClosesALinkOnWhichEnquireLinkIsNotAnswered) {
  BoundEsme talk;
  talk.pass(30s);
  talk.output();
  talk.pass(10s - 1us);
  EXPECT_EQ(talk.machine().state(), SessionState::bound);
  talk.pass(1us);
  EXPECT_EQ(talk.machine().close_reason(), CloseReason::response_timeout);
}

TEST(SmppSession, UnbindsAfterTheInactivityTime) {
  BoundSmsc talk({.inactivity_timeout = 100s});
  for (int i = 0; i < 3; ++i) {  // link checks are no activity
    talk.pass(30s);
    for (const Pdu& pdu : talk.output()) talk.feed(ok(pdu.sequence, EnquireLinkResp{}));
  }
  talk.pass(10s);
  EXPECT_THAT(talk.output(), ElementsAre(ok(4, Unbind{})));
  talk.feed(ok(4, UnbindResp{}));
  EXPECT_EQ(talk.machine().close_reason(), CloseReason::inactive);
}

TEST(SmppSession, ClosesAndTellsWhichRequestTimedOut) {
  BoundEsme talk;
  talk.send("early", submit());
  talk.output();
  talk.pass(10s);
  talk.send("late", submit());
  talk.output();
  talk.pass(20s);
  for (const Pdu& pdu : talk.output()) talk.feed(ok(pdu.sequence, EnquireLinkResp{}));
  talk.pass(30s);
  EXPECT_EQ(talk.machine().close_reason(), CloseReason::response_timeout);
  EXPECT_THAT(talk.settled, ElementsAre(Settled{"early", Kind::timed_out, ESME_ROK},
                                        Settled{"late", Kind::unanswered, ESME_ROK}));
}

// ---- the end ----

TEST(SmppSession, TellsWhatWasNeverSent) {
  BoundEsme talk;
  talk.send("written", submit());
  talk.output();
  talk.send("being written", submit());
  talk.begin_write();
  talk.send("waiting", submit());
  talk.machine().connection_lost(talk.now());
  EXPECT_EQ(talk.machine().close_reason(), CloseReason::connection_lost);
  EXPECT_THAT(talk.settled, ElementsAre(Settled{"written", Kind::unanswered, ESME_ROK},
                                        Settled{"being written", Kind::unanswered, ESME_ROK},
                                        Settled{"waiting", Kind::not_sent, ESME_ROK}));
  talk.send("too late", submit());
  EXPECT_EQ(talk.settled.back(), (Settled{"too late", Kind::not_sent, ESME_ROK}));
}

TEST(SmppSession, AnswersUnbindAndCloses) {
  BoundSmsc talk;
  talk.send("deliver", deliver());
  talk.output();
  talk.feed(ok(3, Unbind{}));
  EXPECT_THAT(talk.settled, ElementsAre(Settled{"deliver", Kind::unanswered, ESME_ROK}));
  EXPECT_THAT(talk.output(), ElementsAre(ok(3, UnbindResp{})));
  EXPECT_EQ(talk.machine().state(), SessionState::closed);
  EXPECT_EQ(talk.machine().close_reason(), CloseReason::unbound_by_peer);
}

TEST(SmppSession, UnbindsOnceAllIsAnsweredBothWays) {
  BoundEsme talk;
  talk.send("a", submit());
  talk.feed(ok(9, deliver()));
  talk.output();
  talk.machine().close(talk.now());
  EXPECT_FALSE(talk.machine().can_send());
  EXPECT_THAT(talk.output(), IsEmpty());
  talk.feed(ok(2, SubmitSmResp{}));
  EXPECT_THAT(talk.output(), IsEmpty());
  talk.machine().respond(9, ESME_ROK, DeliverSmResp{}, talk.now());
  EXPECT_THAT(talk.output(), ElementsAre(ok(9, DeliverSmResp{}), ok(3, Unbind{})));
  talk.feed(ok(10, deliver()));  // not accepted, so not answered
  EXPECT_THAT(talk.output(), IsEmpty());
  talk.feed(ok(3, UnbindResp{}));
  EXPECT_EQ(talk.machine().close_reason(), CloseReason::closed);
  EXPECT_EQ(talk.machine().state(), SessionState::closed);
}

TEST(SmppSession, WaitsForTheEndOfFiveSecondsOnly) {
  BoundEsme talk;
  talk.send("a", submit());
  talk.output();
  talk.machine().close(talk.now());
  talk.pass(5s);
  EXPECT_EQ(talk.machine().close_reason(), CloseReason::closed);
  EXPECT_THAT(talk.settled, ElementsAre(Settled{"a", Kind::unanswered, ESME_ROK}));
}

TEST(SmppSession, TakesALostConnectionForTheAnswerToUnbind) {
  BoundEsme talk;
  talk.machine().close(talk.now());
  talk.output();
  talk.machine().connection_lost(talk.now());
  EXPECT_EQ(talk.machine().close_reason(), CloseReason::closed);
}

TEST(SmppSession, EndsWhereBothSidesUnbind) {
  BoundEsme talk;
  talk.machine().close(talk.now());
  EXPECT_THAT(talk.output(), ElementsAre(ok(2, Unbind{})));
  talk.feed(ok(8, Unbind{}));
  EXPECT_THAT(talk.output(), ElementsAre(ok(8, UnbindResp{})));
  EXPECT_EQ(talk.machine().close_reason(), CloseReason::closed);
}

TEST(SmppSession, IsAbortedFromWithinACallback) {
  BoundSmsc talk;
  talk.on_request = [&](const Pdu&) { talk.machine().abort(talk.now()); };
  Bytes wire;
  for (std::uint32_t sequence = 1; sequence <= 3; ++sequence)
    ASSERT_EQ(encode(ok(sequence, submit()), wire), ESME_ROK);
  talk.feed(wire);
  EXPECT_EQ(talk.requests.size(), 1u);
  EXPECT_EQ(talk.machine().close_reason(), CloseReason::aborted);
  EXPECT_EQ(talk.machine().next_deadline(), std::nullopt);
}

}  // namespace
}  // namespace cloudvno::smpp
