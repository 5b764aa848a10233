// The transactions' states and timers, as the figures and table 4 of RFC 3261 have them.
#include <gmock/gmock.h>

#include "protocol/sip/client_transaction.hpp"
#include "protocol/sip/server_transaction.hpp"

namespace cloudvno::sip {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

// When, in milliseconds, the machine asks for a resend until it ends; the end is the last.
template <class Machine>
std::vector<long> resends(Machine& machine, Micros& now) {
  std::vector<long> at;
  while (auto deadline = machine.next_deadline()) {
    now = *deadline;
    machine.on_time(now);
    at.push_back(now / 1ms);
  }
  return at;
}

TEST(SipClientTransaction, SendsAnInviteAtDoublingIntervals) {  // timers A, B
  Micros now{};
  ClientTransaction machine(true, false, {}, now);
  EXPECT_THAT(resends(machine, now), ElementsAre(500, 1'500, 3'500, 7'500, 15'500, 31'500, 32'000));
  EXPECT_EQ(machine.state(), ClientTransaction::State::terminated);
}

TEST(SipClientTransaction, SendsOtherRequestsAtMostFourSecondsApart) {  // timers E, F
  Micros now{};
  ClientTransaction machine(false, false, {}, now);
  EXPECT_THAT(resends(machine, now), ElementsAre(500, 1'500, 3'500, 7'500, 11'500, 15'500, 19'500,
                                                 23'500, 27'500, 31'500, 32'000));
}

TEST(SipClientTransaction, OnlyWaitsOnAReliableTransport) {
  for (bool invite : {true, false}) {
    Micros now{};
    ClientTransaction machine(invite, true, {}, now);
    EXPECT_THAT(resends(machine, now), ElementsAre(32'000));
  }
}

TEST(SipClientTransaction, LetsAnInviteRingForEver) {
  ClientTransaction machine(true, false, {}, 0s);
  EXPECT_TRUE(machine.on_response(180, 1s).deliver);
  EXPECT_EQ(machine.next_deadline(), std::nullopt);
}

TEST(SipClientTransaction, LingersAsLongAsTheOtherSideMaySendAgain) {
  struct Case {
    bool invite, reliable;
    int status;
    Micros lingers;
  };
  for (Case one : {Case{true, false, 486, 32s}, Case{true, true, 486, 0s},      // timer D
                   Case{true, false, 200, 32s}, Case{true, true, 200, 32s},     // timer M
                   Case{false, false, 200, 5s}, Case{false, true, 200, 0s}}) {  // timer K
    ClientTransaction machine(one.invite, one.reliable, {}, 0s);
    auto actions = machine.on_response(one.status, 1s);
    EXPECT_TRUE(actions.deliver);
    EXPECT_EQ(actions.acknowledge, one.status == 486);
    EXPECT_EQ(machine.next_deadline(), 1s + one.lingers);
    actions = machine.on_response(one.status, 1s);
    EXPECT_EQ(actions.deliver, one.invite && one.status == 200);
    EXPECT_EQ(actions.acknowledge, one.status == 486);
    EXPECT_FALSE(machine.on_time(1s + one.lingers).timed_out);
    EXPECT_EQ(machine.state(), ClientTransaction::State::terminated);
  }
}

TEST(SipServerTransaction, SaysARefusalUntilItsAck) {  // timers G, H, I
  Micros now{};
  ServerTransaction machine(true, false, {});
  EXPECT_TRUE(machine.respond(486, now));
  EXPECT_FALSE(machine.respond(200, now));
  EXPECT_THAT(resends(machine, now), ElementsAre(500, 1'500, 3'500, 7'500, 11'500, 15'500, 19'500,
                                                 23'500, 27'500, 31'500, 32'000));
  ServerTransaction acknowledged(true, false, {});
  acknowledged.respond(486, 0s);
  EXPECT_FALSE(acknowledged.on_ack(1s));
  EXPECT_FALSE(acknowledged.on_retransmission().resend);
  EXPECT_EQ(acknowledged.next_deadline(), 6s);
}

TEST(SipServerTransaction, LeavesTheAnswerOfAnInviteToItsUser) {  // timer L
  ServerTransaction machine(true, false, {});
  EXPECT_TRUE(machine.respond(180, 0s));
  EXPECT_TRUE(machine.on_retransmission().resend);
  EXPECT_TRUE(machine.respond(200, 0s));
  EXPECT_TRUE(machine.respond(200, 1s));
  EXPECT_FALSE(machine.respond(486, 1s));
  EXPECT_FALSE(machine.on_retransmission().resend);
  EXPECT_TRUE(machine.on_ack(2s));
  EXPECT_EQ(machine.next_deadline(), 32s);
}

TEST(SipServerTransaction, RemembersItsAnswerForRetransmissions) {  // timer J
  for (bool reliable : {false, true}) {
    ServerTransaction machine(false, reliable, {});
    EXPECT_EQ(machine.next_deadline(), std::nullopt);
    machine.respond(200, 1s);
    EXPECT_TRUE(machine.on_retransmission().resend);
    EXPECT_EQ(machine.next_deadline(), reliable ? 1s : 33s);
  }
}

}  // namespace
}  // namespace cloudvno::sip
