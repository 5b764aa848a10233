// Reading and writing texts by their data coding.
#include "protocol/sms/data_coding.hpp"

#include <gtest/gtest.h>

#include "base/utf8.hpp"
#include "protocol/sms/charset.hpp"
#include "protocol/sms/gsm7.hpp"

namespace cloudvno::sms {
namespace {

// The upper 96 characters of a set.
Bytes upper_octets() {
  Bytes octets;
  for (int octet = 0xA0; octet < 256; ++octet) octets.push_back(static_cast<std::uint8_t>(octet));
  return octets;
}

TEST(DataCoding, ReadsTheAlphabetsOfSmpp) {
  EXPECT_EQ(decode_text(0, Bytes{0x00, 0x1B, 0x65}), "@€");
  EXPECT_EQ(decode_text(1, Bytes{'@', '~'}), "@~");
  EXPECT_EQ(decode_text(3, Bytes{0x40, 0xE9, 0xA3}), "@é£");
  EXPECT_EQ(decode_text(6, Bytes{0xBF, 0xE0, 0xD8, 0xF0}), "При№");
  EXPECT_EQ(decode_text(7, Bytes{0xF9, 0xEC, 0xE5, 0xED, '!'}), "שלום!");
  EXPECT_EQ(decode_text(8, Bytes{0x20, 0xAC}), "€");
}

TEST(DataCoding, ReadsJapaneseInBothOfItsForms) {
  EXPECT_EQ(decode_text(5, from_hex("93fa967b8cea").value()), "日本語");  // Shift JIS
  EXPECT_EQ(decode_text(5, from_hex("1b2442467c4b5c386c1b2842206f6b").value()), "日本語 ok");
  EXPECT_EQ(decode_text(5, to_bytes("plain")), "plain");
  const auto cut = decode_text(5, from_hex("93fa96").value());
  EXPECT_EQ(cut, "日\uFFFD");
}

TEST(DataCoding, KnowsEachCharacterOfCyrillicAndHebrew) {
  EXPECT_EQ(
      from_cyrillic(upper_octets()),
      "\u00A0ЁЂЃЄЅІЇЈЉЊЋЌ\u00ADЎЏАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыь"
      "эюя№ёђѓєѕіїјљњћќ§ўџ");
  const auto hebrew = from_hebrew(upper_octets());
  EXPECT_TRUE(hebrew.starts_with("\u00A0\uFFFD¢£¤¥¦§¨©×«¬\u00AD®¯°±²³´µ¶·¸¹÷»¼½¾\uFFFD"));
  EXPECT_TRUE(hebrew.ends_with("\u2017אבגדהוזחטיךכלםמןנסעףפץצקרשת\uFFFD\uFFFD\u200E\u200F\uFFFD"));
}

TEST(DataCoding, ReadsAnOctetOutsideIa5AsTheReplacementCharacter) {
  EXPECT_EQ(decode_text(1, Bytes{'a', 0x80, 0xFF}), "a\uFFFD\uFFFD");
}

TEST(DataCoding, ReadsNoTextFromBinaryNorFromWhatItHasNoTableFor) {
  for (const int coding : {2, 4, 9, 10, 11, 13, 14, 15, 0x14, 0x20, 0xF4, 0xF5, 0x80}) {
    EXPECT_FALSE(decode_text(static_cast<std::uint8_t>(coding), Bytes{'a'})) << coding;
  }
}

TEST(DataCoding, UnderstandsMessageClassesAndMessageWaiting) {
  EXPECT_EQ(alphabet_of(0x10), Alphabet::smsc_default);  // flash
  EXPECT_EQ(alphabet_of(0x18), Alphabet::ucs2);          // flash in UCS-2
  EXPECT_EQ(alphabet_of(0xC8), Alphabet::smsc_default);
  EXPECT_EQ(alphabet_of(0xD8), Alphabet::smsc_default);
  EXPECT_EQ(alphabet_of(0xE8), Alphabet::ucs2);
  EXPECT_EQ(alphabet_of(0xF0), Alphabet::smsc_default);
  EXPECT_EQ(alphabet_of(0xF1), Alphabet::smsc_default);
  EXPECT_EQ(alphabet_of(0xF5), Alphabet::binary);
}

TEST(DataCoding, ReadsTheDefaultAlphabetAsTheCarrierMeansIt) {
  EXPECT_EQ(decode_text(0, Bytes{0x40, 0xE9}, DefaultAlphabet::latin1), "@é");
  EXPECT_EQ(decode_text(0, Bytes{0x40, 0xE9}, DefaultAlphabet::ascii), "@\uFFFD");
  EXPECT_EQ(decode_text(0xF0, to_bytes("né€\xFF"), DefaultAlphabet::utf8), "né€\uFFFD");
  EXPECT_EQ(decode_text(0, from_hex("e8329bfd06").value(), DefaultAlphabet::gsm7_packed), "hello");
}

TEST(DataCoding, WritesTheDefaultAlphabetAsTheCarrierWantsIt) {
  const auto septets = to_septets("@é€").value();
  EXPECT_EQ(encode_septets(septets, DefaultAlphabet::gsm7), septets);
  EXPECT_EQ(encode_septets(septets, DefaultAlphabet::latin1), (Bytes{'@', 0xE9, '?'}));
  EXPECT_EQ(encode_septets(septets, DefaultAlphabet::ascii), to_bytes("@??"));
  EXPECT_EQ(encode_septets(septets, DefaultAlphabet::utf8), to_bytes("@é€"));
  EXPECT_EQ(to_hex(encode_septets(to_septets("hello").value(), DefaultAlphabet::gsm7_packed)),
            "e8329bfd06");
}

TEST(DataCoding, PacksAndUnpacksTextsOfEachLengthBehindEachHeader) {
  for (std::size_t header = 0; header <= 8; ++header) {
    for (std::size_t length = 0; length <= 40; ++length) {
      const std::string text(length, 'x');
      const auto octets =
          encode_septets(to_septets(text).value(), DefaultAlphabet::gsm7_packed, header);
      EXPECT_EQ(decode_text(0, octets, DefaultAlphabet::gsm7_packed, header), text)
          << length << " behind " << header;
    }
  }
}

TEST(DataCoding, AnswersForEachCodingWithoutAFault) {
  Bytes octets;
  for (int octet = 0; octet < 256; ++octet) octets.push_back(static_cast<std::uint8_t>(octet));
  for (int coding = 0; coding < 256; ++coding) {
    const auto data_coding = static_cast<std::uint8_t>(coding);
    const auto text = decode_text(data_coding, octets);
    EXPECT_EQ(text.has_value(), alphabet_of(data_coding) != Alphabet::binary);
    EXPECT_TRUE(is_utf8(text.value_or("")));
  }
}

}  // namespace
}  // namespace cloudvno::sms
