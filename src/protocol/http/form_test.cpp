// Form and percent coding.
#include <gtest/gtest.h>

#include "protocol/http/message.hpp"

namespace cloudvno::http {
namespace {

TEST(Form, ReadsFieldsInOrderWithRepeats) {
  const auto fields = parse_form("to=%2B15550001&body=a+b%20c&to=2&empty=&bare");
  ASSERT_TRUE(fields);
  const Fields expected = {
      {"to", "+15550001"}, {"body", "a b c"}, {"to", "2"}, {"empty", ""}, {"bare", ""}};
  EXPECT_EQ(*fields, expected);
}

TEST(Form, SkipsEmptyPiecesAndKeepsFurtherEqualsSigns) {
  const auto fields = parse_form("&&a=b=c&=x&");
  ASSERT_TRUE(fields);
  const Fields expected = {{"a", "b=c"}, {"", "x"}};
  EXPECT_EQ(*fields, expected);
}

TEST(Form, RefusesWhatCannotBeText) {
  for (const auto* bad :
       {"a=%", "a=%4", "a=%zz", "%g0=1", "a=%00", "a=%c3", "a=\xff", "%ed%a0%80=1"})
    EXPECT_FALSE(parse_form(bad)) << bad;
  EXPECT_FALSE(parse_form(std::string_view("a=\0b", 4)));
}

TEST(Form, TakesAThousandFieldsAndNoMore) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "a=1&";
  EXPECT_EQ(parse_form(text)->size(), 1000U);
  EXPECT_FALSE(parse_form(text + "a=1"));
}

TEST(Form, PrintsAsTheUrlStandardSays) {
  EXPECT_EQ(print_form({{"From", "+1 555"}, {"Body", "a&b=c*~\xc3\xa9"}}),
            "From=%2B1+555&Body=a%26b%3Dc*%7E%C3%A9");
  EXPECT_EQ(print_form({}), "");
}

TEST(Form, ReadsBackWhatItPrints) {
  Fields all;
  for (int c = 1; c < 128; ++c) all.emplace_back(std::string(1, static_cast<char>(c)), "v");
  EXPECT_EQ(parse_form(print_form(all)), all);
}

TEST(PercentCoding, LeavesUnreservedCharactersOnly) {
  EXPECT_EQ(percent_encode("aZ09-._~ /+%"), "aZ09-._~%20%2F%2B%25");
}

TEST(PercentCoding, ReadsAPathSegment) {
  EXPECT_EQ(percent_decode("a+b%2Fc"), "a+b/c");
  EXPECT_FALSE(percent_decode("%2"));
  EXPECT_FALSE(percent_decode("%00"));
  EXPECT_FALSE(percent_decode("%ff"));
}

}  // namespace
}  // namespace cloudvno::http
