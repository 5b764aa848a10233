// Splitting texts into parts.
#include "protocol/sms/split.hpp"

#include <gtest/gtest.h>

#include <random>

#include "base/utf8.hpp"
#include "protocol/sms/gsm7.hpp"
#include "protocol/sms/ucs2.hpp"

namespace cloudvno::sms {
namespace {

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

SplitText split(std::string_view text) {
  return split_text(text, 0x1234).value();
}

std::vector<std::size_t> sizes(std::string_view text) {
  std::vector<std::size_t> out;
  for (const auto& part : split(text).parts) out.push_back(part.user_data.size());
  return out;
}

// What a phone shows: the parts' user data in order, read as one.
std::string joined(const SplitText& split) {
  Bytes all;
  for (const auto& part : split.parts) {
    all.insert(all.end(), part.user_data.begin(), part.user_data.end());
  }
  return split.encoding == Encoding::gsm7 ? from_septets(all) : from_ucs2(all);
}

using Sizes = std::vector<std::size_t>;

TEST(Split, KeepsAShortTextInOnePartWithoutHeader) {
  const auto one = split("hello");
  EXPECT_EQ(one.encoding, Encoding::gsm7);
  ASSERT_EQ(one.parts.size(), 1u);
  EXPECT_FALSE(one.parts[0].has_header());
  EXPECT_EQ(one.parts[0].of, 1);
  EXPECT_EQ(one.parts[0].user_data, (Bytes{'h', 'e', 'l', 'l', 'o'}));
}

TEST(Split, MakesOneEmptyPartOfAnEmptyText) {
  EXPECT_EQ(sizes(""), Sizes{0});
  EXPECT_EQ(count_segments("")->segments, 1);
}

TEST(Split, Holds160SeptetsAloneAnd153BesideAHeader) {
  EXPECT_EQ(sizes(repeated("a", 160)), Sizes{160});
  EXPECT_EQ(sizes(repeated("a", 161)), (Sizes{153, 8}));
  EXPECT_EQ(sizes(repeated("a", 306)), (Sizes{153, 153}));
  EXPECT_EQ(sizes(repeated("a", 307)), (Sizes{153, 153, 1}));
}

TEST(Split, Holds70UnitsAloneAnd67BesideAHeader) {
  EXPECT_EQ(sizes(repeated("Я", 70)), Sizes{140});
  EXPECT_EQ(sizes(repeated("Я", 71)), (Sizes{134, 8}));
  EXPECT_EQ(sizes(repeated("Я", 135)), (Sizes{134, 134, 2}));
}

TEST(Split, CountsAnExtensionCharacterTwice) {
  EXPECT_EQ(sizes(repeated("€", 80)), Sizes{160});
  EXPECT_EQ(sizes(repeated("€", 81)), (Sizes{152, 10}));
}

TEST(Split, NeverCutsAnEscapePair) {
  // The pair would lie on septets 153 and 154.
  const auto text = repeated("a", 152) + "€" + repeated("b", 20);
  const auto parts = split(text).parts;
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0].user_data.size(), 152u);
  EXPECT_EQ(parts[1].user_data[0], 0x1B);
}

TEST(Split, NeverCutsASurrogatePair) {
  const auto text = repeated("Я", 66) + "😀" + repeated("Я", 20);
  const auto parts = split(text).parts;
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0].user_data.size(), 132u);
  EXPECT_EQ(parts[1].user_data[0], 0xD8);
}

TEST(Split, NumbersThePartsInAnEightBitConcatenationHeader) {
  const auto parts = split(repeated("a", 400)).parts;
  ASSERT_EQ(parts.size(), 3u);
  for (int i = 0; i < 3; ++i) {
    const auto& part = parts[static_cast<std::size_t>(i)];
    EXPECT_EQ(part.number, i + 1);
    EXPECT_EQ(part.of, 3);
    EXPECT_EQ(part.udh, (Bytes{
                            0x05,                             // octets that follow
                            0x00,                             // concatenation, 8-bit reference
                            0x03,                             // octets of the element
                            0x34,                             // reference: the low octet of 0x1234
                            0x03,                             // parts in all
                            static_cast<std::uint8_t>(i + 1)  // this part
                        }));
  }
}

TEST(Split, TurnsToUcs2ForOneCharacterOutsideTheAlphabet) {
  EXPECT_EQ(split("ok").encoding, Encoding::gsm7);
  EXPECT_EQ(split("ok ✓").encoding, Encoding::ucs2);
  EXPECT_EQ(sizes("ok ✓"), Sizes{8});
}

TEST(Split, Takes1600CharactersAndNotOneMore) {
  EXPECT_EQ(split(repeated("a", 1600)).parts.size(), 11u);
  EXPECT_EQ(split(repeated("😀", 1600)).parts.size(), 49u);
  EXPECT_EQ(split(repeated("€", 1600)).parts.size(), 22u);
  for (const auto* character : {"a", "€", "Я", "😀"}) {
    const auto refused = split_text(repeated(character, 1601), 1);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::message_too_long);
    EXPECT_EQ(refused.error().param, "body");
    EXPECT_EQ(count_segments(repeated(character, 1601)).error().code, Errc::message_too_long);
  }
}

TEST(Split, RefusesWhatIsNotUtf8) {
  for (const auto* text : {"\xFF", "a\xC3", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80"}) {
    const auto refused = split_text(text, 1);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::invalid_parameter);
    EXPECT_EQ(refused.error().param, "body");
  }
}

// Texts of all planes, with more of what is troublesome: extension characters and pairs.
std::string random_text(std::mt19937& random) {
  const auto below = [&](unsigned limit) { return random() % limit; };
  const unsigned kind = below(4);
  const auto length = below(8) == 0 ? 1600 : below(500);
  std::string out;
  for (unsigned i = 0; i < length; ++i) {
    constexpr std::u32string_view gsm = U"aZ09 @€^{}[]~|\\\f\n\rñÄΩ";
    char32_t character = gsm[below(static_cast<unsigned>(gsm.size()))];
    if (kind == 1) character = below(0x80);
    if (kind == 2) character = below(0x10000);
    if (kind == 3 && below(3) == 0) character = below(0x110000);
    append_utf8(out, character);
  }
  return out;
}

TEST(Split, GivesBackAnyTextAndKeepsEveryLimit) {
  for (std::uint32_t seed = 1; seed <= 2'000; ++seed) {
    std::mt19937 random(seed);
    const auto text = random_text(random);
    const auto parts = split_text(text, static_cast<std::uint16_t>(seed));
    ASSERT_TRUE(parts) << "seed " << seed;
    ASSERT_EQ(joined(*parts), text) << "seed " << seed;
    const auto count = count_segments(text);
    ASSERT_TRUE(count) << "seed " << seed;
    ASSERT_EQ(count->encoding, parts->encoding) << "seed " << seed;
    ASSERT_EQ(static_cast<std::size_t>(count->segments), parts->parts.size()) << "seed " << seed;
    for (const auto& part : parts->parts) {
      // 140 octets a part: septets packed in eighths, units in two octets.
      const std::size_t packed =
          parts->encoding == Encoding::gsm7
              ? pack_septets(part.user_data, part.has_header() ? 1 : 0).size()
              : part.user_data.size();
      ASSERT_LE(part.udh.size() + packed, 140u) << "seed " << seed;
      ASSERT_TRUE(parts->parts.size() == 1 || !part.user_data.empty()) << "seed " << seed;
      // Each part reads well alone: no pair was cut.
      const auto alone = parts->encoding == Encoding::gsm7 ? from_septets(part.user_data)
                                                           : from_ucs2(part.user_data);
      ASSERT_TRUE(text.find(alone) != std::string::npos) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace cloudvno::sms
