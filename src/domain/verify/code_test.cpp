// Codes: even, repeatable, read in many scripts.
#include "domain/verify/code.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>

namespace cloudvno::verify {
namespace {

TEST(Code, IsTheSameWheneverItIsAskedForAndAnotherForAnotherSid) {
  const vault::Keys keys(vault::Key{5});
  const auto sid = VerificationSid::make(from_micros(1'700'000'000'000'000));
  EXPECT_EQ(derive_code(keys, sid, 6), derive_code(keys, sid, 6));
  std::set<std::string> codes;
  for (int i = 0; i < 1'000; ++i) {
    const auto other = VerificationSid::make(from_micros(1'700'000'000'000'000 + i * 1'000));
    codes.insert(derive_code(keys, other, 8));
  }
  EXPECT_GT(codes.size(), 995u);
  EXPECT_NE(derive_code(vault::Keys(vault::Key{6}), sid, 8), derive_code(keys, sid, 8));
}

TEST(Code, HasTheLengthAskedForWithZerosInFront) {
  const vault::Keys keys(vault::Key{5});
  bool zero_first = false;
  for (int length = least_code_length; length <= most_code_length; ++length) {
    for (int i = 0; i < 200; ++i) {
      const auto code = derive_code(keys, VerificationSid::make(from_micros(i * 1'000)), length);
      EXPECT_EQ(code.size(), static_cast<std::size_t>(length));
      EXPECT_EQ(code.find_first_not_of("0123456789"), std::string::npos);
      zero_first = zero_first || code.front() == '0';
    }
  }
  EXPECT_TRUE(zero_first);
}

// Pearson's chi-squared test with 9 degrees of freedom: 27.9 is passed by chance once in 1,000.
TEST(Code, GivesEachDigitTheSameChanceInEachPlace) {
  const vault::Keys keys(vault::Key{9});
  constexpr int draws = 20'000;
  std::array<std::array<int, 10>, 6> counts{};
  for (int i = 0; i < draws; ++i) {
    const auto code = derive_code(keys, VerificationSid::make(from_micros(i * 1'000)), 6);
    for (std::size_t place = 0; place < 6; ++place) {
      ++counts[place][static_cast<std::size_t>(code[place] - '0')];
    }
  }
  for (const auto& place : counts) {
    double squares = 0;
    for (const int count : place) {
      const double off = count - draws / 10.0;
      squares += off * off / (draws / 10.0);
    }
    // The SIDs are random, so one of six places may be unlucky; none by this much.
    EXPECT_LT(squares, 40.0);
  }
}

TEST(Code, IsReadAsPeopleTypeIt) {
  EXPECT_EQ(read_code("123456"), "123456");
  EXPECT_EQ(read_code(" 123-456 "), "123456");
  EXPECT_EQ(read_code("１２３４５６"), "123456");  // full width
  EXPECT_EQ(read_code("١٢٣٤٥٦"), "123456");        // Arabic-Indic
  EXPECT_EQ(read_code("\u200F۱۲۳۴۵۶"), "123456");  // Persian, after a right-to-left mark
  EXPECT_EQ(read_code("१२३४"), "1234");            // Devanagari
  EXPECT_EQ(read_code("๑๒๓๔๕๖๗๘"), "12345678");    // Thai
}

TEST(Code, IsNothingElse) {
  for (const auto* text : {"", "123", "123456789", "12345a", "12.3456", "½¼123456", "①②③④⑤⑥",
                           "1234\n56", "𝟏𝟐𝟑𝟒", "\xff\xff\xff\xff"}) {
    EXPECT_EQ(read_code(text), std::nullopt) << text;
  }
  EXPECT_EQ(read_code("1234" + std::string(200, ' ')), std::nullopt);
}

TEST(Code, ComparesOnlyEqualTexts) {
  EXPECT_TRUE(is_same_code("0123", "0123"));
  EXPECT_FALSE(is_same_code("0123", "0124"));
  EXPECT_FALSE(is_same_code("0123", "01230"));
}

}  // namespace
}  // namespace cloudvno::verify
