// The window of unanswered requests, also where answers come late and numbers begin again.
#include "protocol/smpp/outstanding.hpp"

#include <gmock/gmock.h>

namespace cloudvno::smpp {
namespace {

using namespace std::chrono_literals;

Time second(int n) {
  return from_micros(0) + std::chrono::seconds(n);
}

void add(Outstanding& window, int sent_second) {
  window.add(CommandId::submit_sm, second(sent_second), [](Outcome&&) {});
}

TEST(SmppOutstanding, GivesEachRequestItsNumberAndTakesItOnce) {
  Outstanding window(2);
  EXPECT_EQ(window.next_sequence(), 1u);
  add(window, 0);
  add(window, 1);
  EXPECT_EQ(window.size(), 2u);
  EXPECT_EQ(window.take(2, CommandId::submit_sm_resp)->sequence, 2u);
  EXPECT_FALSE(window.take(2, CommandId::submit_sm_resp).has_value());
  EXPECT_FALSE(window.take(0, CommandId::submit_sm_resp).has_value());
  EXPECT_EQ(window.size(), 1u);
}

TEST(SmppOutstanding, MatchesTheKindOfResponse) {
  Outstanding window(2);
  add(window, 0);
  EXPECT_FALSE(window.take(1, CommandId::deliver_sm_resp).has_value());
  EXPECT_TRUE(window.take(1, CommandId::generic_nack).has_value());
}

TEST(SmppOutstanding, KnowsTheOldestWhateverOrderAnswersComeIn) {
  Outstanding window(3);
  EXPECT_EQ(window.oldest_sent(), std::nullopt);
  add(window, 1);
  window.skip();
  add(window, 2);
  add(window, 3);
  EXPECT_EQ(window.oldest_sent(), second(1));
  window.take(3, CommandId::submit_sm_resp);
  EXPECT_EQ(window.oldest_sent(), second(1));
  window.take(1, CommandId::submit_sm_resp);
  EXPECT_EQ(window.oldest_sent(), second(3));
  EXPECT_EQ(window.take_oldest().sequence, 4u);
  EXPECT_EQ(window.oldest_sent(), std::nullopt);
}

TEST(SmppOutstanding, LeavesOutANumberWhosePlaceAnOldRequestHolds) {
  Outstanding window(8);  // 16 places
  add(window, 0);
  for (int i = 0; i < 100; ++i) {
    std::uint32_t sequence = window.next_sequence();
    EXPECT_NE(sequence % 16, 1u);
    add(window, 1);
    EXPECT_TRUE(window.take(sequence, CommandId::submit_sm_resp).has_value());
  }
  EXPECT_EQ(window.oldest_sent(), second(0));
  EXPECT_EQ(window.take_oldest().sequence, 1u);
}

TEST(SmppOutstanding, TellsWhatWasHandedOver) {
  Outstanding window(4);
  add(window, 0);
  add(window, 0);
  window.mark_handed_over();
  add(window, 0);
  EXPECT_TRUE(window.take_oldest().handed_over);
  EXPECT_TRUE(window.take_oldest().handed_over);
  EXPECT_FALSE(window.take_oldest().handed_over);
}

TEST(SmppOutstanding, BeginsAgainAtOneAfterTheLastNumber) {
  Outstanding window(4, last_sequence - 1);
  add(window, 0);
  window.mark_handed_over();
  add(window, 1);
  EXPECT_EQ(window.next_sequence(), 1u);
  add(window, 2);
  EXPECT_EQ(window.oldest_sent(), second(0));
  Outstanding::Request first = window.take_oldest();
  EXPECT_EQ(first.sequence, last_sequence - 1);
  EXPECT_TRUE(first.handed_over);
  Outstanding::Request second_request = window.take_oldest();
  EXPECT_EQ(second_request.sequence, last_sequence);
  EXPECT_FALSE(second_request.handed_over);
  EXPECT_EQ(window.take_oldest().sequence, 1u);
}

}  // namespace
}  // namespace cloudvno::smpp
