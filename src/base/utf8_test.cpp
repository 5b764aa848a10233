// UTF-8.
#include "base/utf8.hpp"

#include <gtest/gtest.h>

namespace cloudvno {
namespace {

TEST(Utf8, GivesBackEveryCodePoint) {
  for (char32_t code_point = 0; code_point <= 0x10FFFF; ++code_point) {
    if (code_point >= 0xD800 && code_point <= 0xDFFF) continue;
    std::string text;
    append_utf8(text, code_point);
    text += 'x';
    std::string_view rest = text;
    ASSERT_EQ(take_code_point(rest), code_point);
    ASSERT_EQ(rest, "x");
  }
}

TEST(Utf8, WritesWhatIsNoCharacterAsTheReplacementCharacter) {
  for (const char32_t code_point : {0xD800u, 0xDFFFu, 0x110000u, 0xFFFFFFFFu}) {
    std::string text;
    append_utf8(text, code_point);
    EXPECT_EQ(text, "\uFFFD");
  }
}

TEST(Utf8, RefusesOverlongFormsSurrogatesAndCutCharacters) {
  for (const auto* text : {"\x80",
                           "\xBF",
                           "\xC0\x80",
                           "\xC1\xBF",
                           "\xE0\x80\x80",
                           "\xE0\x9F\xBF",
                           "\xF0\x80\x80\x80",
                           "\xF0\x8F\xBF\xBF",
                           "\xED\xA0\x80",
                           "\xED\xBF\xBF",
                           "\xF4\x90\x80\x80",
                           "\xF5\x80\x80\x80",
                           "\xFE",
                           "\xFF",
                           "\xC3",
                           "\xE2\x82",
                           "\xF0\x9F\x98",
                           "\xC3(",
                           "\xE2(\xAC",
                           "\xE2\x82("}) {
    std::string_view rest = text;
    EXPECT_EQ(take_code_point(rest), std::nullopt);
    EXPECT_EQ(rest, text);
    EXPECT_FALSE(is_utf8(text));
    EXPECT_FALSE(is_utf8("ok " + std::string(text)));
  }
}

TEST(Utf8, AcceptsEverythingElse) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8(std::string_view("a\0b", 3)));
  EXPECT_TRUE(is_utf8("é€😀\U0010FFFF\uFFFF"));
}

}  // namespace
}  // namespace cloudvno
