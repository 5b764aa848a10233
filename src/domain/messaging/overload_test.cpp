// When new messages are refused.
#include "domain/messaging/overload.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace cloudvno::messaging {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class OverloadTest : public ::testing::Test {
 protected:
  // A second in which so many come, and so many of those that wait are settled.
  void pass_second(int come, int settled, Micros answered, Micros kept) {
    for (int i = 0; i < come; ++i) overload_.waits();
    for (int i = 0; i < settled; ++i) overload_.settled(false, answered, kept);
    now_ += seconds(1);
    overload_.tick(now_);
  }

  Overload overload_;
  Micros now_{0};
};

TEST_F(OverloadTest, TakesABurstThatIsSoonThrough) {
  pass_second(3'000, 2'000, milliseconds(1), milliseconds(10));
  EXPECT_FALSE(overload_.refuses());
}

TEST_F(OverloadTest, RefusesWhileItsOwnWorkIsBehindAndTakesAgainAtHalfOfIt) {
  for (int i = 0; i < 3; ++i) pass_second(5'000, 1'000, milliseconds(1), milliseconds(10));
  EXPECT_TRUE(overload_.refuses());
  for (int i = 0; i < 10; ++i) pass_second(0, 1'000, milliseconds(1), milliseconds(10));
  EXPECT_TRUE(overload_.refuses());
  for (int i = 0; i < 2; ++i) pass_second(0, 1'000, milliseconds(1), milliseconds(10));
  EXPECT_FALSE(overload_.refuses());
}

TEST_F(OverloadTest, TakesWhatWaitsForASlowCarrier) {
  for (int i = 0; i < 10; ++i) pass_second(5'000, 1'000, milliseconds(200), milliseconds(10));
  EXPECT_FALSE(overload_.refuses());
}

TEST_F(OverloadTest, TakesWhatWaitsForACarrierThatIsAway) {
  for (int i = 0; i < 3; ++i) pass_second(5'000, 1'000, milliseconds(1), milliseconds(10));
  ASSERT_TRUE(overload_.refuses());
  pass_second(0, 0, {}, {});
  EXPECT_FALSE(overload_.refuses());
}

TEST_F(OverloadTest, TakesAgainWhenWhatWaitedIsGone) {
  for (int i = 0; i < 3; ++i) pass_second(5'000, 1'000, milliseconds(1), milliseconds(10));
  ASSERT_TRUE(overload_.refuses());
  overload_.wait_at_most(10);
  EXPECT_FALSE(overload_.refuses());
}

TEST_F(OverloadTest, BoundsTheRequestsInTheStore) {
  std::vector<Overload::Place> running;
  while (!overload_.refuses()) running.push_back(overload_.enter());
  EXPECT_EQ(running.size(), Overload::most_accepting);
  EXPECT_FALSE(overload_.enter());
  running.pop_back();
  EXPECT_FALSE(overload_.refuses());
  EXPECT_TRUE(overload_.enter());
}

TEST_F(OverloadTest, GivesNoPlaceWhileItIsBehind) {
  for (int i = 0; i < 3; ++i) pass_second(5'000, 1'000, milliseconds(1), milliseconds(10));
  EXPECT_FALSE(overload_.enter());
}

}  // namespace
}  // namespace cloudvno::messaging
