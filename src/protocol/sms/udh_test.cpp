// User data headers.
#include "protocol/sms/udh.hpp"

#include <gtest/gtest.h>

namespace cloudvno::sms {
namespace {

TEST(UserDataHeader, ReadsAConcatenationWithAnEightBitReference) {
  const Bytes octets{
      0x05,              // octets of the header
      0x00,              // concatenation, 8-bit reference
      0x03,              // octets of the element
      0xAB, 0x03, 0x02,  // reference, parts in all, this part
      'h',  'i',
  };
  const auto read = parse_user_data(octets).value();
  EXPECT_EQ(read.concatenation, (Concatenation{0xAB, 3, 2, false}));
  EXPECT_EQ(as_text(read.text), "hi");
  EXPECT_FALSE(read.ports);
}

TEST(UserDataHeader, ReadsAConcatenationWithASixteenBitReference) {
  const Bytes octets{0x06, 0x08, 0x04, 0xAB, 0xCD, 0x02, 0x01, 'x'};
  const auto read = parse_user_data(octets).value();
  EXPECT_EQ(read.concatenation, (Concatenation{0xABCD, 2, 1, true}));
  EXPECT_EQ(as_text(read.text), "x");
}

TEST(UserDataHeader, ReadsPortsOfBothWidths) {
  EXPECT_EQ(parse_user_data(Bytes{0x04, 0x04, 0x02, 0xF0, 0xF1})->ports, (Ports{0xF0, 0xF1}));
  EXPECT_EQ(parse_user_data(Bytes{0x06, 0x05, 0x04, 0x0B, 0x84, 0x23, 0xF0})->ports,
            (Ports{2948, 9200}));  // WAP push
}

TEST(UserDataHeader, SkipsElementsItDoesNotKnow) {
  const Bytes octets{0x0A, 0x24, 0x01, 0x01,              // national language single shift: Turkish
                     0x70, 0x00,                          // an empty element for the SIM
                     0x00, 0x03, 0x01, 0x02, 0x01, 't'};  // concatenation
  const auto read = parse_user_data(octets).value();
  EXPECT_EQ(read.concatenation, (Concatenation{1, 2, 1, false}));
  EXPECT_EQ(as_text(read.text), "t");
}

TEST(UserDataHeader, LetsTheLastOfEqualElementsCount) {
  const Bytes octets{0x0A, 0x00, 0x03, 1, 2, 1, 0x00, 0x03, 9, 4, 3};
  EXPECT_EQ(parse_user_data(octets)->concatenation, (Concatenation{9, 4, 3, false}));
}

TEST(UserDataHeader, IgnoresAConcatenationThatCannotBe) {
  for (const auto& [total, number] : {std::pair{0, 0}, {0, 1}, {2, 0}, {2, 3}}) {
    const Bytes octets{0x05,
                       0x00,
                       0x03,
                       0x01,
                       static_cast<std::uint8_t>(total),
                       static_cast<std::uint8_t>(number)};
    EXPECT_FALSE(parse_user_data(octets)->concatenation) << total << number;
  }
}

TEST(UserDataHeader, IgnoresAnElementOfTheWrongLengthOrCutOff) {
  EXPECT_FALSE(parse_user_data(Bytes{0x04, 0x00, 0x02, 0x01, 0x02})->concatenation);
  EXPECT_FALSE(parse_user_data(Bytes{0x04, 0x00, 0x03, 0x01, 0x02})->concatenation);
  EXPECT_FALSE(parse_user_data(Bytes{0x01, 0x00})->concatenation);
  const Bytes octets{0x03, 0x00, 0xFF, 0x01, 'a'};
  const auto read = parse_user_data(octets).value();
  EXPECT_FALSE(read.concatenation);
  EXPECT_EQ(as_text(read.text), "a");
}

TEST(UserDataHeader, TakesAnEmptyHeader) {
  EXPECT_EQ(as_text(parse_user_data(Bytes{0x00, 'a'})->text), "a");
  EXPECT_TRUE(parse_user_data(Bytes{0x00})->text.empty());
}

TEST(UserDataHeader, RefusesALengthBeyondTheOctets) {
  EXPECT_FALSE(parse_user_data({}));
  EXPECT_FALSE(parse_user_data(Bytes{0x01}));
  EXPECT_FALSE(parse_user_data(Bytes{0x05, 0x00, 0x03, 0x01, 0x02}));
  EXPECT_FALSE(parse_user_data(Bytes{0xFF, 0x00}));
}

}  // namespace
}  // namespace cloudvno::sms
