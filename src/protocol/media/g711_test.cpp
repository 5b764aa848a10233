// G.711 by its end points, by all bytes, and by the nearest value for all samples.
#include "protocol/media/g711.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace cloudvno::media {
namespace {

TEST(G711, DecodesTheEndPointsOfBothLaws) {
  EXPECT_EQ(decode_g711(Law::mu, 0xff), 0);
  EXPECT_EQ(decode_g711(Law::mu, 0x7f), 0);
  EXPECT_EQ(decode_g711(Law::mu, 0x80), 32'124);
  EXPECT_EQ(decode_g711(Law::mu, 0x00), -32'124);
  EXPECT_EQ(decode_g711(Law::mu, 0xfe), 8);
  EXPECT_EQ(decode_g711(Law::a, 0xd5), 8);
  EXPECT_EQ(decode_g711(Law::a, 0x55), -8);
  EXPECT_EQ(decode_g711(Law::a, 0xaa), 32'256);
  EXPECT_EQ(decode_g711(Law::a, 0x2a), -32'256);
}

TEST(G711, EncodesEachDecodedValueAsItsByte) {
  for (int i = 0; i < 256; ++i) {
    const auto byte = static_cast<std::uint8_t>(i);
    EXPECT_EQ(encode_g711(Law::a, decode_g711(Law::a, byte)), byte);
    if (byte == 0x7f) continue;  // negative zero, which no sample is
    EXPECT_EQ(encode_g711(Law::mu, decode_g711(Law::mu, byte)), byte);
  }
}

TEST(G711, ChoosesAValueWithinHalfAStepOfEachSample) {
  for (Law law : {Law::mu, Law::a}) {
    for (int sample = -32'768; sample < 32'768; ++sample) {
      const int decoded = decode_g711(law, encode_g711(law, static_cast<std::int16_t>(sample)));
      const int size = std::abs(sample);
      // The widest step is a 16th of the segment that the sample lies in.
      ASSERT_LE(std::abs(decoded - sample), std::max(20, size / 32 + 8)) << sample;
    }
  }
}

TEST(G711, ChangesTheLawInPlace) {
  Bytes bytes = {0xff, 0x80, 0x00, 0x9c};
  const Bytes before = bytes;
  transcode_g711(Law::mu, bytes, bytes);
  EXPECT_EQ(bytes[0], 0xd5);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const int mu = decode_g711(Law::mu, before[i]);
    EXPECT_NEAR(decode_g711(Law::a, bytes[i]), mu, static_cast<double>(std::abs(mu)) / 32 + 20);
  }
}

}  // namespace
}  // namespace cloudvno::media
