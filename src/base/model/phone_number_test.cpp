// Phone numbers.
#include "base/model/phone_number.hpp"

#include <gtest/gtest.h>

namespace cloudvno {
namespace {

TEST(PhoneNumber, ReadsE164) {
  const auto number = PhoneNumber::parse("+12025550123");
  ASSERT_TRUE(number);
  EXPECT_EQ(number->e164(), "+12025550123");
  EXPECT_EQ(number->digits(), "12025550123");
}

TEST(PhoneNumber, ReadsTheWayPeopleWriteIt) {
  for (const auto* text : {"+1 (202) 555-0123", "+1.202.555.0123", "+1-202-555-0123"}) {
    EXPECT_EQ(PhoneNumber::parse(text)->e164(), "+12025550123") << text;
  }
}

TEST(PhoneNumber, Takes7To15Digits) {
  EXPECT_FALSE(PhoneNumber::parse("+123456"));
  EXPECT_TRUE(PhoneNumber::parse("+1234567"));
  EXPECT_TRUE(PhoneNumber::parse("+123456789012345"));
  EXPECT_FALSE(PhoneNumber::parse("+1234567890123456"));
}

TEST(PhoneNumber, RefusesWhatIsNoE164) {
  for (const auto* text : {"", "+", "12025550123", "0012025550123", "+02025550123", "++12025550123",
                           "+1202555012a", "+1202555\n0123", " +12025550123", "tel:+12025550123",
                           "+1202555012٣", "ACME", "+1 2 0 2 5 5 5 0 1 2 3 ((((((((((((((((("}) {
    EXPECT_FALSE(PhoneNumber::parse(text)) << text;
  }
}

TEST(PhoneNumber, ReadsAShortCodeAsSenderOnly) {
  const auto code = PhoneNumber::parse_sender("72345");
  ASSERT_TRUE(code);
  EXPECT_TRUE(code->is_short_code());
  EXPECT_EQ(code->e164(), "72345");
  EXPECT_EQ(code->digits(), "72345");
  EXPECT_FALSE(PhoneNumber::parse("72345"));
  for (const auto* text : {"12", "1234567", "72 345", "7234a", ""}) {
    EXPECT_FALSE(PhoneNumber::parse_sender(text)) << text;
  }
  const auto number = PhoneNumber::parse_sender("+12025550123");
  ASSERT_TRUE(number);
  EXPECT_FALSE(number->is_short_code());
  EXPECT_FALSE(PhoneNumber().is_short_code());
}

TEST(PhoneNumber, HasNoDigitsUntilItIsSet) {
  EXPECT_EQ(PhoneNumber().digits(), "");
  EXPECT_NE(PhoneNumber(), PhoneNumber::parse("+12025550123"));
}

}  // namespace
}  // namespace cloudvno
