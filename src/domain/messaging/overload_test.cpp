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

TEST_F(OverloadTest, RefusesWhileItsOwnWorkIsBehindAndTakesAgainWhenItIsNot) {
  for (int i = 0; i < 3; ++i) pass_second(5'000, 1'000, milliseconds(1), milliseconds(10));
  EXPECT_TRUE(overload_.refuses());
  for (int i = 0; i < 10; ++i) pass_second(0, 1'000, milliseconds(1), milliseconds(10));
  pass_second(0, 100, milliseconds(1), milliseconds(10));
  EXPECT_TRUE(overload_.refuses());  // 1,900 wait of the 2,000 that may
  pass_second(0, 101, milliseconds(1), milliseconds(10));
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
  std::vector<std::unique_ptr<Overload::Accepting>> running;
  const auto accept = [&] {
    running.push_back(std::make_unique<Overload::Accepting>(overload_));
    return bool(*running.back());
  };
  while (!overload_.refuses()) EXPECT_TRUE(accept());
  EXPECT_EQ(running.size(), Overload::most_accepting);
  EXPECT_FALSE(accept());
  running.resize(Overload::most_accepting - 1);
  EXPECT_FALSE(overload_.refuses());
  EXPECT_TRUE(accept());
}

TEST_F(OverloadTest, CountsThePlacesOfACrowdThatHasKeys) {
  std::vector<Overload::Place> places;
  std::vector<std::unique_ptr<Overload::Accepting>> running;
  const auto come = [&](bool has_key) {
    auto place = overload_.enter();
    if (!place) return false;
    places.push_back(std::move(place));
    if (has_key) running.push_back(std::make_unique<Overload::Accepting>(overload_));
    return true;
  };
  for (std::size_t i = 0; i < Overload::most_accepting; ++i) EXPECT_TRUE(come(true));
  EXPECT_FALSE(come(true));
  places.pop_back();
  running.pop_back();
  EXPECT_TRUE(come(true));
  // All of them are answered; others come, and they are no crowd.
  running.clear();
  places.clear();
  pass_second(0, 0, {}, {});
  pass_second(0, 0, {}, {});
  for (std::size_t i = 0; i < 2 * Overload::most_accepting; ++i) EXPECT_TRUE(come(false));
}

TEST_F(OverloadTest, IsOutlivedByWhatItGives) {
  auto overload = std::make_unique<Overload>();
  const auto place = overload->enter();
  const auto accepting = std::make_unique<Overload::Accepting>(*overload);
  overload.reset();
  EXPECT_TRUE(place);
  EXPECT_TRUE(*accepting);
}

TEST_F(OverloadTest, GivesNoPlaceWhileItIsBehind) {
  for (int i = 0; i < 3; ++i) pass_second(5'000, 1'000, milliseconds(1), milliseconds(10));
  EXPECT_FALSE(overload_.enter());
}

}  // namespace
}  // namespace cloudvno::messaging
