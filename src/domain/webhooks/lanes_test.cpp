// Order per resource, shares per endpoint and per account.
#include "domain/webhooks/lanes.hpp"

#include "base/clock.hpp"

namespace cloudvno::webhooks {
namespace {

using ::testing::ElementsAre;

const auto now = ManualClock().now();
const auto first_account = AccountSid::make(now);
const auto second_account = AccountSid::make(now);

Delivery callback(std::string resource, std::int64_t sequence = 0, std::string endpoint = "a",
                  const AccountSid& account = first_account) {
  Delivery made;
  made.sid = DeliverySid::make(now);
  made.account = account;
  made.resource_sid = std::move(resource);
  made.sequence = sequence;
  made.endpoint = to_bytes(account.str() + std::move(endpoint));
  return made;
}

// Starts all that may; answers "resource sequence" of each.
std::vector<std::string> start_all(Lanes& lanes, std::vector<Delivery>* kept = nullptr) {
  std::vector<std::string> started;
  while (auto delivery = lanes.start()) {
    started.push_back(fmt::format("{} {}", delivery->resource_sid, delivery->sequence));
    if (kept) kept->push_back(std::move(*delivery));
  }
  return started;
}

TEST(Lanes, RunOneCallbackOfAResourceAtATimeInOrder) {
  Lanes lanes;
  for (int i = 1; i <= 3; ++i) EXPECT_TRUE(lanes.add(callback("x", i)));
  EXPECT_TRUE(lanes.add(callback("y", 1)));
  std::vector<Delivery> running;
  EXPECT_THAT(start_all(lanes, &running), ElementsAre("x 1", "y 1"));
  EXPECT_EQ(lanes.waiting(), 2u);
  lanes.finished(running[0]);
  EXPECT_THAT(start_all(lanes, &running), ElementsAre("x 2"));
  lanes.finished(running[1]);
  EXPECT_THAT(start_all(lanes), ElementsAre());
  lanes.finished(running[2]);
  EXPECT_THAT(start_all(lanes, &running), ElementsAre("x 3"));
  lanes.finished(running[3]);
  EXPECT_EQ(lanes.under_way(), 0);
  EXPECT_EQ(lanes.waiting(), 0u);
}

TEST(Lanes, KeepAnEndpointThatAnswersNothingFromHoldingUpAnother) {
  Lanes lanes({.per_endpoint = 2, .per_account = 100, .in_all = 100, .waiting_per_endpoint = 100});
  for (const auto* resource : {"x1", "x2", "x3"}) lanes.add(callback(resource));
  lanes.add(callback("y1", 0, "https://b.example/hook"));
  std::vector<Delivery> running;
  EXPECT_THAT(start_all(lanes, &running), ElementsAre("x1 0", "y1 0", "x2 0"));
  lanes.finished(running[1]);
  EXPECT_THAT(start_all(lanes), ElementsAre());
  lanes.finished(running[0]);
  EXPECT_THAT(start_all(lanes), ElementsAre("x3 0"));
}

TEST(Lanes, KeepAnAccountWithinItsShareHoweverManyEndpointsItNames) {
  Lanes lanes({.per_endpoint = 100, .per_account = 2, .in_all = 100, .waiting_per_endpoint = 100});
  for (int i = 0; i < 5; ++i) {
    lanes.add(callback(fmt::format("x{}", i), 0, fmt::format("https://h{}.example/", i)));
  }
  lanes.add(callback("y", 0, "https://a.example/", second_account));
  std::vector<Delivery> running;
  EXPECT_THAT(start_all(lanes, &running), ElementsAre("x0 0", "x1 0", "y 0"));
  lanes.finished(running[2]);
  EXPECT_THAT(start_all(lanes), ElementsAre());
  lanes.finished(running[0]);
  EXPECT_EQ(start_all(lanes).size(), 1u);
}

TEST(Lanes, RunNoMoreThanTheirBoundInAll) {
  Lanes lanes({.per_endpoint = 100, .per_account = 100, .in_all = 3, .waiting_per_endpoint = 100});
  for (int i = 0; i < 5; ++i) lanes.add(callback(fmt::format("x{}", i)));
  std::vector<Delivery> running;
  EXPECT_EQ(start_all(lanes, &running).size(), 3u);
  EXPECT_EQ(lanes.under_way(), 3);
  lanes.finished(running[1]);
  EXPECT_EQ(start_all(lanes).size(), 1u);
}

TEST(Lanes, LetOthersRunWhileAnAnsweredCallbackIsBeingKept) {
  Lanes lanes({.per_endpoint = 1, .per_account = 1, .in_all = 1, .kept_per_endpoint = 2});
  for (int i = 1; i <= 2; ++i) lanes.add(callback("x", i));
  for (const auto* resource : {"y", "z"}) lanes.add(callback(resource));
  std::vector<Delivery> running;
  EXPECT_THAT(start_all(lanes, &running), ElementsAre("x 1"));
  lanes.answered(running[0]);
  EXPECT_THAT(start_all(lanes, &running), ElementsAre("y 0"));
  lanes.answered(running[1]);
  EXPECT_THAT(start_all(lanes), ElementsAre());
  lanes.finished(running[0]);
  EXPECT_THAT(start_all(lanes, &running), ElementsAre("z 0"));
  lanes.finished(running[2]);
  EXPECT_THAT(start_all(lanes, &running), ElementsAre("x 2"));
  lanes.answered(running[3]);
  lanes.finished(running[3]);
  lanes.finished(running[1]);
  EXPECT_EQ(lanes.under_way(), 0);
  EXPECT_EQ(lanes.waiting(), 0u);
}

TEST(Lanes, KeepAnAccountWithinItsShareOfWhatIsBeingKept) {
  Lanes lanes({.kept_per_account = 1});
  lanes.add(callback("x"));
  std::vector<Delivery> running;
  EXPECT_THAT(start_all(lanes, &running), ElementsAre("x 0"));
  lanes.answered(running[0]);
  lanes.add(callback("y", 0, "https://b.example/hook"));
  lanes.add(callback("z", 0, "https://a.example/", second_account));
  EXPECT_THAT(start_all(lanes), ElementsAre("z 0"));
  lanes.finished(running[0]);
  EXPECT_THAT(start_all(lanes), ElementsAre("y 0"));
}

TEST(Lanes, StartNothingWhileTooManyAreBeingKept) {
  Lanes lanes({.kept_in_all = 1});
  lanes.add(callback("x"));
  lanes.add(callback("y", 0, "https://b.example/hook"));
  std::vector<Delivery> running;
  while (running.empty()) running.push_back(*lanes.start());
  lanes.answered(running[0]);
  EXPECT_THAT(start_all(lanes), ElementsAre());
  lanes.finished(running[0]);
  EXPECT_THAT(start_all(lanes), ElementsAre("y 0"));
}

TEST(Lanes, RefuseWhatAnEndpointHasTooMuchOfAndTakeItFromAnother) {
  Lanes lanes({.per_endpoint = 1, .per_account = 100, .in_all = 100, .waiting_per_endpoint = 2});
  EXPECT_TRUE(lanes.add(callback("x", 1)));
  EXPECT_TRUE(lanes.add(callback("x", 2)));
  EXPECT_FALSE(lanes.add(callback("x", 3)));
  EXPECT_TRUE(lanes.add(callback("x", 3, "https://b.example/")));
  EXPECT_EQ(lanes.waiting(), 3u);
  ASSERT_TRUE(lanes.start());
  EXPECT_TRUE(lanes.add(callback("x", 3)));
}

}  // namespace
}  // namespace cloudvno::webhooks
