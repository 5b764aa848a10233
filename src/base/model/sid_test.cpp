// Sids.
#include "base/model/sid.hpp"

namespace cloudvno {
namespace {

TEST(Sid, CarriesItsMillisecondAndSortsByAge) {
  const auto early = MessageSid::make(from_micros(1'700'000'000'000'000));
  const auto late = MessageSid::make(from_micros(1'700'000'000'001'000));
  EXPECT_EQ(early.view().substr(0, 14), "SM018bcfe56800");
  EXPECT_LT(early.view(), late.view());
}

TEST(Sid, SortsByAgeWithinAMillisecondToo) {
  const auto now = from_micros(1'700'000'000'000'000);
  auto last = MessageSid::make(now);
  for (int i = 0; i < 1000; ++i) {
    const auto next = MessageSid::make(now);
    EXPECT_LT(last.view(), next.view());
    last = next;
  }
}

TEST(Sid, SortsByAgeWithinAMillisecondThatOthersCameBetween) {
  const auto now = from_micros(1'700'000'000'000'000);
  auto last = MessageSid::make(now);
  for (int i = 1; i <= 100; ++i) {
    MessageSid::make(now + std::chrono::milliseconds(i));
    MessageSid::make(now - std::chrono::milliseconds(i));
    const auto next = MessageSid::make(now);
    EXPECT_LT(last.view(), next.view());
    last = next;
  }
}

TEST(Sid, ReadsBothPrefixesOfAMessageAndNothingElse) {
  EXPECT_TRUE(MessageSid::parse("MM018bcfe5680000000000000000000000"));
  EXPECT_TRUE(MessageSid::parse("SM018bcfe5680000000000000000000000"));
  EXPECT_FALSE(MessageSid::parse("AC018bcfe5680000000000000000000000"));
  EXPECT_FALSE(MessageSid::parse("SM018bcfe568000000000000000000000G"));
  EXPECT_FALSE(MessageSid::parse("SM018BCFE5680000000000000000000000"));
  EXPECT_FALSE(MessageSid::parse("SM018bcfe56800000000000000000000000"));
  EXPECT_FALSE(MessageSid::parse(""));
}

}  // namespace
}  // namespace cloudvno
