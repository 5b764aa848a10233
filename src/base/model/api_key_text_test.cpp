// The text of API keys.
#include "base/model/api_key_text.hpp"

#include <gtest/gtest.h>

#include <set>

namespace cloudvno {
namespace {

// 32 zero bytes and the checksum that CRC-32 of IEEE 802.3 gives them (checked with zlib).
const std::string known = "cvno_live_" + std::string(43, '0') + "4TEomG";

TEST(ApiKeyText, HasAPrefixRandomLettersAndAChecksum) {
  const auto live = make_api_key_text(KeyMode::live);
  EXPECT_EQ(live.size(), 59u);
  EXPECT_TRUE(live.starts_with("cvno_live_"));
  EXPECT_TRUE(make_api_key_text(KeyMode::test).starts_with("cvno_test_"));
}

TEST(ApiKeyText, TellsItsMode) {
  for (int i = 0; i < 1'000; ++i) {
    EXPECT_EQ(parse_api_key_text(make_api_key_text(KeyMode::live)), KeyMode::live);
    EXPECT_EQ(parse_api_key_text(make_api_key_text(KeyMode::test)), KeyMode::test);
  }
}

TEST(ApiKeyText, IsNeverMadeTwice) {
  std::set<std::string> made;
  for (int i = 0; i < 1'000; ++i) EXPECT_TRUE(made.insert(make_api_key_text(KeyMode::live)).second);
}

TEST(ApiKeyText, HasTheChecksumThatAScannerWouldReckon) {
  EXPECT_EQ(parse_api_key_text(known), KeyMode::live);
}

TEST(ApiKeyText, IsRefusedWithAnySingleTypo) {
  const auto text = make_api_key_text(KeyMode::live);
  for (std::size_t place = 0; place < text.size(); ++place) {
    for (int letter = 0; letter < 256; ++letter) {
      auto typo = text;
      typo[place] = static_cast<char>(letter);
      if (typo == text) continue;
      EXPECT_FALSE(parse_api_key_text(typo)) << place << " " << letter;
    }
  }
}

TEST(ApiKeyText, IsRefusedWithTwoNeighboursSwapped) {
  const auto text = make_api_key_text(KeyMode::test);
  for (std::size_t place = 0; place + 1 < text.size(); ++place) {
    auto typo = text;
    std::swap(typo[place], typo[place + 1]);
    if (typo != text) EXPECT_FALSE(parse_api_key_text(typo)) << place;
  }
}

TEST(ApiKeyText, IsRefusedCutOffLengthenedOrOfTheOtherMode) {
  const auto text = make_api_key_text(KeyMode::live);
  for (std::size_t length = 0; length < text.size(); ++length) {
    EXPECT_FALSE(parse_api_key_text(text.substr(0, length)));
    EXPECT_FALSE(parse_api_key_text(text.substr(text.size() - length)));
  }
  EXPECT_FALSE(parse_api_key_text(text + "0"));
  EXPECT_FALSE(parse_api_key_text(" " + text));
  EXPECT_FALSE(parse_api_key_text("cvno_test_" + text.substr(10)));
}

// FIPS 180-2 appendix B.1.
TEST(ApiKeyText, IsStoredAsItsSha256) {
  EXPECT_EQ(to_hex(hash_api_key_text("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace cloudvno
