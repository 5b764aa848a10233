// Patterns and masks, against plain readings of what they mean.
#include "domain/numbers/digit_pattern.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "domain/numbers/digit_mask.hpp"

namespace cloudvno::numbers {
namespace {

bool fits(std::string_view pattern, std::string_view digits, std::string_view calling_code = "1") {
  const auto parsed = DigitPattern::parse(pattern);
  EXPECT_TRUE(parsed) << pattern;
  return parsed && parsed->fits(digits, calling_code);
}

TEST(DigitPattern, WithoutAStarStandsAnywhere) {
  EXPECT_TRUE(fits("555", "14155550123"));
  EXPECT_TRUE(fits("0123", "14155550123"));
  EXPECT_TRUE(fits("1415", "14155550123"));
  EXPECT_FALSE(fits("777", "14155550123"));
}

TEST(DigitPattern, WithAPlusBeginsTheNumber) {
  EXPECT_TRUE(fits("+1415", "14155550123"));
  EXPECT_TRUE(fits(" 1415", "14155550123"));
  EXPECT_FALSE(fits("+415", "14155550123"));
  EXPECT_TRUE(fits("+1*0123", "14155550123"));
  EXPECT_FALSE(fits("+415*", "14155550123"));
}

TEST(DigitPattern, WithAStarIsTheWholeNumberWithOrWithoutItsCountryCode) {
  EXPECT_TRUE(fits("415*", "14155550123"));
  EXPECT_TRUE(fits("1415*", "14155550123"));
  EXPECT_FALSE(fits("155*", "14155550123"));
  EXPECT_TRUE(fits("*0123", "14155550123"));
  EXPECT_FALSE(fits("*012", "14155550123"));
  EXPECT_TRUE(fits("*555*", "14155550123"));
  EXPECT_TRUE(fits("415*0*3", "14155550123"));
  EXPECT_FALSE(fits("415*3*0", "14155550123"));
  EXPECT_TRUE(fits("415555****", "14155550123"));
  EXPECT_TRUE(fits("*", "14155550123"));
  EXPECT_FALSE(fits("1*1", "1", ""));
}

TEST(DigitPattern, TakesTheLettersOfTheKeysAndTheWayPeopleWriteNumbers) {
  EXPECT_TRUE(fits("*PIZZA", "14155574992"));
  EXPECT_TRUE(fits("pizza", "14155574992"));
  EXPECT_TRUE(fits("(415) 555-*", "14155550123"));
}

TEST(DigitPattern, RefusesWhatIsNone) {
  for (const auto* text : {"", "+", "-", "41_5", "415%", "4١5", "#31#"}) {
    EXPECT_FALSE(DigitPattern::parse(text)) << text;
  }
  EXPECT_FALSE(DigitPattern::parse(std::string(65, '1')));
  EXPECT_TRUE(DigitPattern::parse(std::string(64, '*')));
}

// `*` is any run: tried at every length.
bool plain_fits(std::string_view pattern, std::string_view digits) {
  if (pattern.empty()) return digits.empty();
  if (pattern[0] == '*') {
    for (std::size_t i = 0; i <= digits.size(); ++i) {
      if (plain_fits(pattern.substr(1), digits.substr(i))) return true;
    }
    return false;
  }
  return !digits.empty() && pattern[0] == digits[0] &&
         plain_fits(pattern.substr(1), digits.substr(1));
}

TEST(DigitPattern, AgreesWithAPlainReadingAndItsMasksLoseNothing) {
  std::mt19937 random(7);
  // Few digits, so that much fits.
  const auto draw = [&](std::size_t length, std::string_view from) {
    std::string text;
    for (std::size_t i = 0; i < length; ++i) text += from[random() % from.size()];
    return text;
  };
  int fitting = 0;
  for (int round = 0; round < 20'000; ++round) {
    auto text = draw(1 + random() % 7, "12*");
    const bool plus = random() % 4 == 0;
    const auto digits = draw(3 + random() % 6, "12");
    const auto code = digits.substr(0, random() % 3);
    const auto pattern = DigitPattern::parse((plus ? "+" : "") + text);
    ASSERT_TRUE(pattern);
    if (!text.contains('*')) text = (plus ? "" : "*") + text + "*";
    const bool wanted = plain_fits(text, digits) ||
                        (!plus && plain_fits(text, std::string_view(digits).substr(code.size())));
    ASSERT_EQ(pattern->fits(digits, code), wanted) << text << " " << digits << " " << code;
    const auto masks = pattern->masks(digits.size(), code);
    EXPECT_LE(masks.size(), 30u);
    for (const auto& mask : masks) ASSERT_EQ(mask.text().size(), digits.size());
    const bool let_through =
        std::ranges::any_of(masks, [&](const DigitMask& mask) { return mask.fits(digits); });
    if (wanted) {
      ASSERT_TRUE(let_through) << text << " " << digits << " " << code;
      ++fitting;
    }
  }
  EXPECT_GT(fitting, 2'000);
}

TEST(DigitMask, LeapsToTheNextNumberThatFits) {
  const DigitMask mask("1?3?");
  EXPECT_EQ(mask.next_from("0000"), "1030");
  EXPECT_EQ(mask.next_from("1035"), "1035");
  EXPECT_EQ(mask.next_from("1040"), "1130");
  EXPECT_EQ(mask.next_from("1939"), "1939");
  EXPECT_EQ(mask.next_from("1940"), std::nullopt);
  EXPECT_EQ(mask.least(), "1030");
  EXPECT_EQ(mask.largest(), "1939");
  EXPECT_EQ(mask.reversed().text(), "?3?1");
  EXPECT_EQ(mask.free_before_last_fixed(), 1);
  EXPECT_TRUE(DigitMask("12??").is_prefix());
  EXPECT_TRUE(DigitMask("????").is_prefix());
  EXPECT_FALSE(DigitMask("?1??").is_prefix());
}

TEST(DigitMask, LeapsAsCountingWould) {
  std::mt19937 random(11);
  for (int round = 0; round < 300; ++round) {
    std::string text;
    for (int i = 0; i < 4; ++i) text += "??0159"[random() % 6];
    const DigitMask mask(text);
    std::string expected = "none";
    for (int number = 9'999; number >= 0; number -= 1) {
      const auto digits = fmt::format("{:04}", number);
      if (mask.fits(digits)) expected = digits;
      ASSERT_EQ(mask.next_from(digits).value_or("none"), expected) << text << " from " << digits;
    }
  }
}

TEST(DigitMask, JoinsWithAnotherUnlessTheyDisagree) {
  EXPECT_EQ(DigitMask("1??").with(DigitMask("??3"))->text(), "1?3");
  EXPECT_EQ(DigitMask("1??").with(DigitMask("1?3"))->text(), "1?3");
  EXPECT_FALSE(DigitMask("1??").with(DigitMask("2?3")));
  EXPECT_EQ(next_digits("1299"), "1300");
  EXPECT_EQ(next_digits("99"), std::nullopt);
}

}  // namespace
}  // namespace cloudvno::numbers
