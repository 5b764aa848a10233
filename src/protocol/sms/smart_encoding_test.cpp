// Look-alike characters.
#include "protocol/sms/smart_encoding.hpp"

#include <gtest/gtest.h>

#include "base/utf8.hpp"
#include "protocol/sms/gsm7.hpp"
#include "protocol/sms/split.hpp"

namespace cloudvno::sms {
namespace {

TEST(SmartEncoding, ReplacesWhatWordProcessorsPutIn) {
  EXPECT_EQ(smart_encode("“Don’t” – wait… it’s\u00A0½\u2009off — ok"),
            "\"Don't\" - wait... it's 1/2 off - ok");
  EXPECT_EQ(smart_encode("Ｆｕｌｌ　ｗｉｄｔｈ：１２３！＂｀～"), "Full width:123!\"'~");
  EXPECT_EQ(smart_encode("a\u200Bb\uFEFFc\u00ADd"), "abcd");
  EXPECT_EQ(smart_encode("tab\there"), "tab here");
}

TEST(SmartEncoding, BringsATextFromUcs2ToGsm7) {
  const std::string text = "It’s ready";
  EXPECT_EQ(count_segments(text)->encoding, Encoding::ucs2);
  EXPECT_EQ(count_segments(smart_encode(text))->encoding, Encoding::gsm7);
}

TEST(SmartEncoding, LeavesATextThatNeedsUcs2EvenSo) {
  EXPECT_EQ(smart_encode("“Привет”"), "“Привет”");
  EXPECT_EQ(smart_encode("don’t 😀"), "don’t 😀");
}

TEST(SmartEncoding, NeverRobsALetterOfItsAccent) {
  EXPECT_EQ(smart_encode("“año” está"), "“año” está");
  EXPECT_EQ(smart_encode("“año” è"), "\"año\" è");
}

TEST(SmartEncoding, LeavesATextOfTheAlphabetAlone) {
  const std::string all =
      "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0189:;<=>?¡AZÄÖÑÜ§¿az^€{}\\";
  EXPECT_EQ(smart_encode(all), all);
  EXPECT_EQ(smart_encode(""), "");
}

TEST(SmartEncoding, LeavesWhatIsNotUtf8Alone) {
  EXPECT_EQ(smart_encode("“\xFF"), "“\xFF");
}

TEST(SmartEncoding, KeepsEachCharacterOfTheAlphabetAndMakesAtMostThreeOfAnother) {
  for (char32_t character = 0; character <= 0x10FFFF; ++character) {
    std::string text;
    append_utf8(text, character);
    const auto plain = smart_encode(text);
    if (septets_of(character) > 0) {
      EXPECT_EQ(plain, text);
    } else if (plain != text) {
      EXPECT_TRUE(to_septets(plain)) << static_cast<unsigned>(character);
      EXPECT_LE(plain.size(), 3u) << static_cast<unsigned>(character);
    }
  }
}

}  // namespace
}  // namespace cloudvno::sms
