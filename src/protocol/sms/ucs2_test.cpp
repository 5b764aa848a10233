// UTF-16BE.
#include "protocol/sms/ucs2.hpp"

#include <gtest/gtest.h>

namespace cloudvno::sms {
namespace {

TEST(Ucs2, WritesBigEndianUnitsAndSurrogatePairs) {
  EXPECT_EQ(to_ucs2("aЯ"), (Bytes{0x00, 0x61, 0x04, 0x2F}));
  EXPECT_EQ(to_ucs2("😀"), (Bytes{0xD8, 0x3D, 0xDE, 0x00}));  // U+1F600
  EXPECT_EQ(to_ucs2("\U0010FFFF"), (Bytes{0xDB, 0xFF, 0xDF, 0xFF}));
  EXPECT_EQ(to_ucs2(""), Bytes{});
}

TEST(Ucs2, RefusesWhatIsNotUtf8) {
  EXPECT_FALSE(to_ucs2("\xFF"));
  EXPECT_FALSE(to_ucs2("\xED\xA0\x80"));  // U+D800 spelt as if it were a character
}

TEST(Ucs2, ReadsSurrogatePairs) {
  EXPECT_EQ(from_ucs2(Bytes{0xD8, 0x3D, 0xDE, 0x00, 0x00, 0x21}), "😀!");
}

TEST(Ucs2, ReadsALoneSurrogateAsTheReplacementCharacter) {
  EXPECT_EQ(from_ucs2(Bytes{0xD8, 0x3D}), "\uFFFD");
  EXPECT_EQ(from_ucs2(Bytes{0xD8, 0x3D, 0x00, 0x61}), "\uFFFDa");
  EXPECT_EQ(from_ucs2(Bytes{0xDE, 0x00, 0x00, 0x61}), "\uFFFDa");
  EXPECT_EQ(from_ucs2(Bytes{0xD8, 0x3D, 0xD8, 0x3D, 0xDE, 0x00}), "\uFFFD😀");
}

TEST(Ucs2, ReadsAnOctetLeftOverAsTheReplacementCharacter) {
  EXPECT_EQ(from_ucs2(Bytes{0x00, 0x61, 0x00}), "a\uFFFD");
  EXPECT_EQ(from_ucs2(Bytes{0xD8, 0x3D, 0xDE}), "\uFFFD\uFFFD");
  EXPECT_EQ(from_ucs2({}), "");
}

}  // namespace
}  // namespace cloudvno::sms
