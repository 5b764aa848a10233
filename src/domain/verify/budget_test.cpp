// Limits hold in every window, and say when they end.
#include "domain/verify/budget.hpp"

#include <gtest/gtest.h>

#include <random>

namespace cloudvno::verify {
namespace {

using namespace std::chrono_literals;
constexpr Limit day{50, 24h};
const Time start = from_micros(1'700'000'000'000'000);

TEST(Amounts, FitUntilTheLimitAndAgainAfterTheWindow) {
  Amounts amounts;
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(amounts.add(day, 1, start));
  EXPECT_FALSE(amounts.add(day, 1, start));
  EXPECT_FALSE(amounts.add(day, 1, start + 24h - 1s));
  EXPECT_TRUE(amounts.add(day, 1, start + 25h + 1s));
}

TEST(Amounts, SayHowLongToWait) {
  Amounts amounts;
  ASSERT_TRUE(amounts.add(day, 30, start));
  ASSERT_TRUE(amounts.add(day, 20, start + 5h));
  const auto wait = amounts.wait(day, 1, start + 6h);
  EXPECT_FALSE(amounts.fits(day, 1, start + 6h + wait - 1s));
  EXPECT_TRUE(amounts.fits(day, 1, start + 6h + wait));
  const auto longer = amounts.wait(day, 31, start + 6h);
  EXPECT_FALSE(amounts.fits(day, 31, start + 6h + longer - 1s));
  EXPECT_TRUE(amounts.fits(day, 31, start + 6h + longer));
}

TEST(Amounts, AreReadAsTheyWerePrinted) {
  Amounts amounts;
  amounts.add(day, 3, start);
  amounts.add(day, 4, start + 2h);
  EXPECT_EQ(Amounts::parse(amounts.str()).str(), amounts.str());
  EXPECT_EQ(Amounts::parse(amounts.str()).sum(day, start + 2h), 7);
  EXPECT_EQ(Amounts::parse("x 1:2:3 :4 5: 6:7 -1:2").str(), "6:7");
}

TEST(Amounts, NeverGoBeyondTheLimitInAnyWindow) {
  std::mt19937_64 random(4);
  Amounts amounts;
  std::vector<Time> taken;
  auto now = start;
  for (int i = 0; i < 20'000; ++i) {
    now += std::chrono::seconds(random() % 1'200);
    if (amounts.add(day, 1, now)) taken.push_back(now);
    amounts = Amounts::parse(amounts.str());
  }
  ASSERT_GT(taken.size(), 5'000u);
  for (std::size_t i = 50; i < taken.size(); ++i) EXPECT_GE(taken[i] - taken[i - 50], 24h);
}

}  // namespace
}  // namespace cloudvno::verify
