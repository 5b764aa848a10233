// Two windows per key and group.
#include "domain/api/rate_limiter.hpp"

namespace cloudvno::api {
namespace {

class RateLimiterTest : public ::testing::Test {
 protected:
  int allowed(int requests, RateGroup group = RateGroup::messages) {
    int count = 0;
    for (int i = 0; i < requests; ++i)
      count += limiter_.take(key_, group, false, now_).allowed ? 1 : 0;
    return count;
  }

  RateLimiter limiter_;
  Time now_ = from_micros(1'767'225'600'000'000);  // the start of a minute
  ApiKeySid key_ = ApiKeySid::make(now_);
};

TEST_F(RateLimiterTest, AllowsAHundredMessagesASecond) {
  EXPECT_EQ(allowed(150), 100);
  now_ += std::chrono::seconds(1);
  EXPECT_EQ(allowed(150), 100);
}

TEST_F(RateLimiterTest, AllowsThreeThousandMessagesAMinute) {
  int all = 0;
  for (int second = 0; second < 60; ++second) {
    all += allowed(100);
    now_ += std::chrono::seconds(1);
  }
  EXPECT_EQ(all, 3000);
  EXPECT_EQ(allowed(1), 1);
}

TEST_F(RateLimiterTest, TellsTheWindowNearestToItsLimit) {
  const auto first = limiter_.take(key_, RateGroup::messages, false, now_);
  EXPECT_EQ(first.limit, 100);
  EXPECT_EQ(first.remaining, 99);
  EXPECT_EQ(first.reset_s, to_seconds(now_) + 1);
  for (int second = 0; second < 30; ++second) {
    allowed(100);
    now_ += std::chrono::seconds(1);
  }
  const auto refused = limiter_.take(key_, RateGroup::messages, false, now_);
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.limit, 3000);
  EXPECT_EQ(refused.remaining, 0);
  EXPECT_EQ(refused.retry_after_s, 30);
}

TEST_F(RateLimiterTest, CountsGroupsAndKeysApart) {
  EXPECT_EQ(allowed(150), 100);
  EXPECT_EQ(allowed(150, RateGroup::numbers), 10);
  key_ = ApiKeySid::make(now_);
  EXPECT_EQ(allowed(150), 100);
}

TEST_F(RateLimiterTest, LiftsTheLimitsWhereTheOperatorDid) {
  for (int i = 0; i < 1000; ++i)
    EXPECT_TRUE(limiter_.take(key_, RateGroup::messages, true, now_).allowed);
}

}  // namespace
}  // namespace cloudvno::api
