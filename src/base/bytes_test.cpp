// Bytes as text.
#include "base/bytes.hpp"

#include <gtest/gtest.h>

#include <random>

namespace cloudvno {
namespace {

// RFC 4648 section 10.
TEST(Base64, WritesAndReadsTheStandardsVectors) {
  const std::pair<const char*, const char*> vectors[] = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
  };
  for (const auto& [plain, text] : vectors) {
    EXPECT_EQ(to_base64(as_bytes(plain)), text);
    EXPECT_EQ(from_base64(text), to_bytes(plain));
  }
}

TEST(Base64, UsesTheStandardAlphabet) {
  EXPECT_EQ(to_base64(Bytes{0xFB, 0xFF, 0xBF}), "+/+/");
  EXPECT_EQ(from_base64("+/+/"), (Bytes{0xFB, 0xFF, 0xBF}));
  EXPECT_FALSE(from_base64("-_-_"));
}

TEST(Base64, RefusesAnythingButItsOwnSpelling) {
  for (const auto* text : {"Z", "Zg", "Zg=", "Zg===", "====", "Z===", "=Zg=", "Zg==Zg==", "Zm9v ",
                           " Zm9v", "Zm\n9", "Zm9\xFF", "Zh==", "Zm9=", "Z=g="}) {
    EXPECT_FALSE(from_base64(text)) << text;
  }
}

TEST(Base64, GivesBackWhatItWroteForEveryLength) {
  std::mt19937 random(1);
  Bytes bytes;
  for (int length = 0; length < 100; ++length) {
    EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
    bytes.push_back(static_cast<std::uint8_t>(random()));
  }
}

TEST(Hex, WritesLowerCaseAndReadsBoth) {
  EXPECT_EQ(to_hex(Bytes{0x00, 0x9A, 0xFF}), "009aff");
  EXPECT_EQ(from_hex("009aFF"), (Bytes{0x00, 0x9A, 0xFF}));
  EXPECT_EQ(from_hex(""), Bytes{});
}

TEST(Hex, RefusesHalfABytesAndOtherLetters) {
  for (const auto* text : {"0", "0g", "g0", " 0", "0x", "00 "})
    EXPECT_FALSE(from_hex(text)) << text;
}

TEST(Base62, WritesBigEndianNumbersPaddedToTheirWidth) {
  EXPECT_EQ(to_base62(Bytes{}, 3), "000");
  EXPECT_EQ(to_base62(Bytes{0}, 1), "0");
  EXPECT_EQ(to_base62(Bytes{61}, 2), "0z");
  EXPECT_EQ(to_base62(Bytes{62}, 2), "10");
  EXPECT_EQ(to_base62(Bytes{0x01, 0x00}, 2), "48");  // 256 = 4 * 62 + 8
  EXPECT_EQ(to_base62(Bytes{0xFF, 0xFF, 0xFF, 0xFF}, 6), "4gfFC3");
  EXPECT_EQ(to_base62(Bytes(32, 0xFF), 43).size(), 43u);
}

TEST(Base62, TellsDigitsBeforeCapitalsBeforeSmallLetters) {
  EXPECT_EQ(to_base62(Bytes{9}, 1), "9");
  EXPECT_EQ(to_base62(Bytes{10}, 1), "A");
  EXPECT_EQ(to_base62(Bytes{36}, 1), "a");
}

TEST(Base62DeathTest, RefusesAWidthThatCannotHoldTheNumber) {
  EXPECT_DEATH(to_base62(Bytes{62}, 1), "fits the width");
}

TEST(EqualInConstantTime, ComparesLengthAndContent) {
  EXPECT_TRUE(equal_in_constant_time({}, {}));
  EXPECT_TRUE(equal_in_constant_time(Bytes{1, 2}, Bytes{1, 2}));
  EXPECT_FALSE(equal_in_constant_time(Bytes{1, 2}, Bytes{1, 3}));
  EXPECT_FALSE(equal_in_constant_time(Bytes{1, 2}, Bytes{1}));
  EXPECT_FALSE(equal_in_constant_time({}, Bytes{0}));
}

}  // namespace
}  // namespace cloudvno
