// Reading texts by their data coding.
#include "protocol/sms/data_coding.hpp"

#include <gtest/gtest.h>

namespace cloudvno::sms {
namespace {

TEST(DataCoding, ReadsTheAlphabetsOfSmpp) {
  EXPECT_EQ(decode_text(0, Bytes{0x00, 0x1B, 0x65}), "@€");
  EXPECT_EQ(decode_text(1, Bytes{'@', '~'}), "@~");
  EXPECT_EQ(decode_text(3, Bytes{0x40, 0xE9, 0xA3}), "@é£");
  EXPECT_EQ(decode_text(8, Bytes{0x20, 0xAC}), "€");
}

TEST(DataCoding, ReadsAnOctetOutsideIa5AsTheReplacementCharacter) {
  EXPECT_EQ(decode_text(1, Bytes{'a', 0x80, 0xFF}), "a\uFFFD\uFFFD");
}

TEST(DataCoding, ReadsNoTextFromBinary) {
  for (const int coding : {2, 4, 5, 6, 7, 9, 10, 13, 14, 15, 0x14, 0xF4, 0xF5, 0x80, 0xC8}) {
    EXPECT_FALSE(decode_text(static_cast<std::uint8_t>(coding), Bytes{'a'})) << coding;
  }
}

TEST(DataCoding, UnderstandsMessageClasses) {
  EXPECT_EQ(alphabet_of(0x10), Alphabet::gsm7);  // flash
  EXPECT_EQ(alphabet_of(0x18), Alphabet::ucs2);  // flash in UCS-2
  EXPECT_EQ(alphabet_of(0xF0), Alphabet::gsm7);
  EXPECT_EQ(alphabet_of(0xF1), Alphabet::gsm7);
  EXPECT_EQ(alphabet_of(0xF5), Alphabet::binary);
}

TEST(DataCoding, AnswersForEachCodingWithoutAFault) {
  Bytes octets;
  for (int octet = 0; octet < 256; ++octet) octets.push_back(static_cast<std::uint8_t>(octet));
  for (int coding = 0; coding < 256; ++coding) {
    const auto data_coding = static_cast<std::uint8_t>(coding);
    EXPECT_EQ(decode_text(data_coding, octets).has_value(),
              alphabet_of(data_coding) != Alphabet::binary);
  }
}

}  // namespace
}  // namespace cloudvno::sms
