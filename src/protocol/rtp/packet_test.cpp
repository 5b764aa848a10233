// Packets by vectors: what is read, what is refused, what is written.
#include "protocol/rtp/packet.hpp"

#include <gtest/gtest.h>

namespace cloudvno::rtp {
namespace {

TEST(RtpPacket, ReadsEachFieldOfAPlainPacket) {
  const Bytes bytes = {
      0x80,                    // version 2, no padding, no extension, no contributors
      0x88,                    // marker, payload type 8
      0x12, 0x34,              // sequence
      0x00, 0x00, 0x00, 0xa0,  // timestamp
      0xde, 0xad, 0xbe, 0xef,  // SSRC
      0xd5, 0xd5,              // payload
  };
  auto packet = parse_packet(bytes);
  ASSERT_TRUE(packet);
  EXPECT_TRUE(packet->marker);
  EXPECT_EQ(packet->payload_type, 8);
  EXPECT_EQ(packet->sequence, 0x1234);
  EXPECT_EQ(packet->timestamp, 160u);
  EXPECT_EQ(packet->ssrc, 0xdeadbeefu);
  EXPECT_EQ(packet->payload.size(), 2u);
  Bytes again(header_size);
  write_header(*packet, std::span<std::uint8_t, header_size>(again));
  EXPECT_TRUE(std::equal(again.begin(), again.end(), bytes.begin()));
}

TEST(RtpPacket, StepsOverContributorsAndExtensionAndCutsPadding) {
  Bytes bytes = {0xb1, 0x00, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2};   // P, X, one contributor
  bytes.insert(bytes.end(), {9, 9, 9, 9});                    // the contributor
  bytes.insert(bytes.end(), {0xbe, 0xde, 0, 1, 1, 2, 3, 4});  // an extension of one word
  bytes.insert(bytes.end(), {0x55, 0x66, 0x00, 0x02});        // two of payload, two of padding
  auto packet = parse_packet(bytes);
  ASSERT_TRUE(packet);
  ASSERT_EQ(packet->payload.size(), 2u);
  EXPECT_EQ(packet->payload[0], 0x55);
}

TEST(RtpPacket, RefusesWhatIsShortOrOfAnotherVersion) {
  Bytes bytes(12, 0);
  EXPECT_FALSE(parse_packet(bytes));  // version 0
  bytes[0] = 0x80;
  EXPECT_TRUE(parse_packet(bytes));
  EXPECT_FALSE(parse_packet(ByteView(bytes).first(11)));
  bytes[0] = 0x81;
  EXPECT_FALSE(parse_packet(bytes));  // a contributor that is not there
  bytes[0] = 0x90;
  EXPECT_FALSE(parse_packet(bytes));  // an extension that is not there
  bytes[0] = 0xa0;
  EXPECT_FALSE(parse_packet(bytes));  // padding of length zero
}

TEST(RtpPacket, TellsRtcpOnASharedPort) {
  EXPECT_TRUE(is_rtcp(Bytes{0x80, 200}));
  EXPECT_FALSE(is_rtcp(Bytes{0x80, 0}));
  EXPECT_FALSE(is_rtcp(Bytes{0x80, 0x80 | 8}));
  EXPECT_FALSE(is_rtcp(Bytes{0x80}));
}

}  // namespace
}  // namespace cloudvno::rtp
