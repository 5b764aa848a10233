// How fast tokens come.
#include "protocol/smpp/pace.hpp"

#include <gtest/gtest.h>

namespace cloudvno::smpp {
namespace {

using namespace std::chrono_literals;

TEST(Pace, WithoutALimitNeverWaits) {
  Pace pace(0);
  EXPECT_FALSE(pace.is_limited());
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(pace.take(0us));
  EXPECT_EQ(pace.wait(0us), 0us);
}

TEST(Pace, GivesASlowCarrierOneAtATime) {
  Pace pace(2);
  EXPECT_EQ(pace.tokens(0us), 1u);
  EXPECT_TRUE(pace.take(0us));
  EXPECT_FALSE(pace.take(0us));
  EXPECT_EQ(pace.wait(0us), 500ms);
  EXPECT_FALSE(pace.take(499'999us));
  EXPECT_TRUE(pace.take(500ms));
  EXPECT_EQ(pace.tokens(1h), 1u);
}

TEST(Pace, LetsNoSecondSeeMoreThanATenthOverTheLimit) {
  Pace pace(100);
  int taken = 0;
  for (Micros now = 0us; now < 1s; now += 1ms) taken += pace.take(now);
  EXPECT_GE(taken, 100);
  EXPECT_LE(taken, 110);
}

TEST(Pace, BearsAClockThatStandsOrLeaps) {
  Pace pace(10, 5s);
  EXPECT_TRUE(pace.take(5s));
  EXPECT_FALSE(pace.take(4s));
  EXPECT_FALSE(pace.take(5s));
  EXPECT_TRUE(pace.take(1'000'000h));
}

}  // namespace
}  // namespace cloudvno::smpp
