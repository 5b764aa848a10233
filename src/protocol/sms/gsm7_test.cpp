// The GSM 7-bit alphabet.
#include "protocol/sms/gsm7.hpp"

#include <gtest/gtest.h>

#include "base/utf8.hpp"

namespace cloudvno::sms {
namespace {

Bytes septets(std::string_view utf8) {
  return to_septets(utf8).value();
}

TEST(Gsm7, WritesTheStandardsTable) {
  // TS 23.038 section 6.2.1, one spot check per row and column of trouble.
  EXPECT_EQ(septets("@£$¥èéùìòÇ"), (Bytes{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
  EXPECT_EQ(septets("\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ"),
            (Bytes{0x0A, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16,
                   0x17, 0x18, 0x19, 0x1A}));
  EXPECT_EQ(septets("ÆæßÉ ¤/09:?¡AOPZÄÖÑÜ§¿az"),
            (Bytes{0x1C, 0x1D, 0x1E, 0x1F, 0x20, 0x24, 0x2F, 0x30, 0x39, 0x3A, 0x3F, 0x40,
                   0x41, 0x4F, 0x50, 0x5A, 0x5B, 0x5C, 0x5D, 0x5E, 0x5F, 0x60, 0x61, 0x7A}));
  EXPECT_EQ(septets("äöñüà"), (Bytes{0x7B, 0x7C, 0x7D, 0x7E, 0x7F}));
}

TEST(Gsm7, EscapesTheExtensionTable) {
  EXPECT_EQ(septets("\f^{}\\[~]|€"),
            (Bytes{0x1B, 0x0A, 0x1B, 0x14, 0x1B, 0x28, 0x1B, 0x29, 0x1B, 0x2F,
                   0x1B, 0x3C, 0x1B, 0x3D, 0x1B, 0x3E, 0x1B, 0x40, 0x1B, 0x65}));
  EXPECT_EQ(septets_of(U'€'), 2);
  EXPECT_EQ(septets_of(U'e'), 1);
}

TEST(Gsm7, LacksWhatTheStandardLacks) {
  // The small c with cedilla is not in the table, though its capital is; nor is the grave accent.
  for (const char32_t character : U"ç`áíóúâ\tА“😀\x1B") {
    EXPECT_EQ(septets_of(character), 0) << static_cast<unsigned>(character);
  }
  EXPECT_EQ(septets_of(0x10FFFF), 0);
  EXPECT_EQ(septets_of(0xFFFFFFFF), 0);
  EXPECT_FALSE(to_septets("na ja, ç"));
  EXPECT_FALSE(to_septets("\xC3"));
}

TEST(Gsm7, GivesBackEveryCharacterThatItWrites) {
  int characters = 0;
  for (char32_t character = 0; character <= 0x10FFFF; ++character) {
    if (septets_of(character) == 0) continue;
    ++characters;
    std::string utf8;
    append_utf8(utf8, character);
    const auto written = septets(utf8);
    EXPECT_EQ(written.size(), static_cast<std::size_t>(septets_of(character)));
    EXPECT_EQ(from_septets(written), utf8);
  }
  EXPECT_EQ(characters, 127 + 10);
}

TEST(Gsm7, ReadsStrayEscapesAsTheStandardSays) {
  EXPECT_EQ(from_septets(Bytes{0x1B}), " ");
  EXPECT_EQ(from_septets(Bytes{'a', 0x1B, 0x1B, 'b'}), "a b");
  EXPECT_EQ(from_septets(Bytes{0x1B, 'x'}), "x");  // not in the extension table: the main one
  EXPECT_EQ(from_septets(Bytes{0x1B, 0x65, 0x65}), "€e");
}

TEST(Gsm7, ReadsAnOctetThatIsNoSeptetAsTheReplacementCharacter) {
  EXPECT_EQ(from_septets(Bytes{0x80}), "\uFFFD");
  EXPECT_EQ(from_septets(Bytes{0x1B, 0xFF, 'a'}), "\uFFFDa");
}

TEST(Gsm7, PacksTheWellKnownExample) {
  const Bytes packed{0xE8, 0x32, 0x9B, 0xFD, 0x46, 0x97, 0xD9, 0xEC, 0x37};
  EXPECT_EQ(pack_septets(septets("hellohello")), packed);
  EXPECT_EQ(unpack_septets(packed, 10), septets("hellohello"));
}

TEST(Gsm7, PacksBehindAHeaderOnASeptetBoundary) {
  // A header of six octets is 48 bits; one fill bit brings the text to bit 49, a multiple of 7.
  EXPECT_EQ(pack_septets(Bytes{0x7F}, 1), (Bytes{0xFE}));
  EXPECT_EQ(pack_septets(Bytes{0x7F}, 2), (Bytes{0xFC, 0x01}));
}

TEST(Gsm7, UnpacksWhatItPackedForEveryLengthAndFill) {
  Bytes all;
  for (int length = 0; length <= 40; ++length) {
    for (int fill = 0; fill <= 6; ++fill) {
      EXPECT_EQ(unpack_septets(pack_septets(all, fill), all.size(), fill), all);
    }
    all.push_back(static_cast<std::uint8_t>(length * 37 & 0x7F));
  }
}

TEST(Gsm7, UnpacksNoMoreThanThereIs) {
  EXPECT_TRUE(unpack_septets({}, 160, 6).empty());
  EXPECT_EQ(unpack_septets(Bytes{0xFF, 0xFF}, 160).size(), 2u);
  EXPECT_EQ(unpack_septets(Bytes{0xFF}, 160, 1).size(), 1u);
  EXPECT_TRUE(unpack_septets(Bytes{0xFF}, 160, 2).empty());
}

}  // namespace
}  // namespace cloudvno::sms
