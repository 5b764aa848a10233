// Money.
#include "base/model/money.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace cloudvno {
namespace {

TEST(Money, WritesAtLeastTwoDecimalsAndNoNeedlessZeros) {
  EXPECT_EQ(Money{7'900}.str(), "0.0079");
  EXPECT_EQ(Money{0}.str(), "0.00");
  EXPECT_EQ(Money{1'000'000}.str(), "1.00");
  EXPECT_EQ(Money{1'500'000}.str(), "1.50");
  EXPECT_EQ(Money{1}.str(), "0.000001");
  EXPECT_EQ(Money{-7'900}.str(), "-0.0079");
  EXPECT_EQ(Money{std::numeric_limits<std::int64_t>::max()}.str(), "9223372036854.775807");
  EXPECT_EQ(Money{std::numeric_limits<std::int64_t>::min()}.str(), "-9223372036854.775808");
}

TEST(Money, ReadsDecimals) {
  EXPECT_EQ(Money::parse("0.0079"), Money{7'900});
  EXPECT_EQ(Money::parse("12"), Money{12'000'000});
  EXPECT_EQ(Money::parse("-1.5"), Money{-1'500'000});
  EXPECT_EQ(Money::parse("0.000001"), Money{1});
  EXPECT_EQ(Money::parse("999999999999.99"), Money{999'999'999'999'990'000});
}

TEST(Money, ReadsWhatItWrote) {
  for (const std::int64_t micros : {0L, 1L, -1L, 7'900L, -123'456'789L, 999'999'999'000'000L}) {
    EXPECT_EQ(Money::parse(Money{micros}.str()), Money{micros});
  }
}

TEST(Money, RefusesWhatIsNoDecimalOrTooLarge) {
  for (const auto* text :
       {"", "-", ".", "-.", "1.2.3", "1,5", "1e3", "+1", " 1", "1 ", "0x1", "--1", "0.0000001",
        "1234567890123", "99999999999999999999", "inf", "\xFF"}) {
    EXPECT_FALSE(Money::parse(text)) << text;
  }
}

TEST(Money, MultipliesBySegments) {
  EXPECT_EQ(Money{7'900} * 3, Money{23'700});
  EXPECT_LT(Money{1}, Money{2});
}

}  // namespace
}  // namespace cloudvno
