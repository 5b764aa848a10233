// Calls that wait for their turn.
#include "domain/voice/call_gate.hpp"

#include <gtest/gtest.h>

namespace cloudvno::voice {
namespace {

using namespace std::chrono_literals;

class CallGateTest : public ::testing::Test {
 protected:
  void ask(int count, bool limited = true) {
    for (int i = 0; i < count; ++i) gate_.wait(account_, limited, [this] { ++begun_; });
  }

  CallGate gate_{{.concurrent = 5, .per_second = 3, .waiting = 10}};
  AccountSid account_ = AccountSid::make(from_micros(1'767'225'600'000'000));
  int begun_ = 0;
};

TEST_F(CallGateTest, LetsASecondsWorthBeginAndTheRestInTheirTurn) {
  ask(5);
  EXPECT_EQ(begun_, 3);
  EXPECT_EQ(gate_.waiting(), 2u);
  gate_.tick(200ms);
  EXPECT_EQ(begun_, 3);
  gate_.tick(400ms);
  EXPECT_EQ(begun_, 4);
  gate_.tick(2s);
  EXPECT_EQ(begun_, 5);
}

TEST_F(CallGateTest, HoldsCallsBackWhileTooManyRun) {
  ask(7);
  gate_.tick(10s);
  EXPECT_EQ(begun_, 5);
  gate_.ended(account_);
  EXPECT_EQ(begun_, 6);
}

TEST_F(CallGateTest, TurnsAnIncomingCallAwayWhileTooManyRun) {
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(gate_.take_place(account_, true));
  EXPECT_FALSE(gate_.take_place(account_, true));
  EXPECT_TRUE(gate_.take_place(account_, false));
}

TEST_F(CallGateTest, HoldsNothingBackOfAnAccountWithoutLimits) {
  ask(50, false);
  EXPECT_EQ(begun_, 50);
}

TEST_F(CallGateTest, SaysWhenItIsFull) {
  ask(13);
  EXPECT_EQ(gate_.waiting(), 10u);
  EXPECT_FALSE(gate_.may_wait());
}

}  // namespace
}  // namespace cloudvno::voice
