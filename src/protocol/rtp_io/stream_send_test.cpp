// What a stream sends and relays, by hand-moved ticks.
#include "protocol/rtp_io/stream.hpp"

#include <gtest/gtest.h>

#include "protocol/rtp_io/testing/stream_fixture.hpp"

namespace cloudvno::rtp_io {
namespace {

using namespace testing;

TEST_F(StreamTest, SendsSilenceInFullOnceThePeerIsNamed) {
  tick(3);
  EXPECT_TRUE(host.packets(10).empty());
  a.set_remote(remote(peer_a, Law::a), now);
  tick(3);
  auto packets = host.packets(10);
  ASSERT_EQ(packets.size(), 3u);
  EXPECT_TRUE(packets[0].marker);
  EXPECT_FALSE(packets[1].marker);
  EXPECT_EQ(packets[0].payload_type, 8);
  EXPECT_EQ(packets[0].payload[159], 0xd5);
  EXPECT_EQ(packets[2].sequence, static_cast<std::uint16_t>(packets[0].sequence + 2));
  EXPECT_EQ(packets[2].timestamp, packets[0].timestamp + 320);
}

TEST_F(StreamTest, PlaysAPromptAsOftenAsAskedAndTellsItsEnd) {
  start();
  a.play({7}, std::make_shared<const media::Prompt>(media::Samples(240, 1'000)), 2);
  tick(4);
  auto packets = host.packets(10);
  const std::uint8_t tone = media::encode_g711(Law::mu, 1'000);
  EXPECT_EQ(packets[0].payload[0], tone);
  EXPECT_EQ(packets[1].payload[159], tone) << "the second round follows without a gap";
  EXPECT_EQ(packets[2].payload[159], tone);
  EXPECT_EQ(packets[3].payload[0], 0xff);
  auto played = host.all<Played>();
  ASSERT_EQ(played.size(), 1u);
  EXPECT_TRUE(played[0].whole);
  EXPECT_EQ(played[0].play, PlayId{7});
}

TEST_F(StreamTest, TellsThatAPromptWasReplaced) {
  start();
  auto prompt = std::make_shared<const media::Prompt>(media::Samples(8'000, 1'000));
  a.play({7}, prompt, 0);
  tick(120);
  a.play({8}, prompt, 1);
  auto played = host.all<Played>();
  ASSERT_EQ(played.size(), 1u);
  EXPECT_EQ(played[0].play, PlayId{7});
  EXPECT_FALSE(played[0].whole);
}

TEST_F(StreamTest, SendsPacketsOfTheLengthThatWasAgreed) {
  for (int packet_ms : {10, 30, 40, 60}) {
    Remote options = remote(peer_a);
    options.packet_ms = packet_ms;
    a.set_remote(options, now);
    host.packets(10);
    tick(12);
    auto packets = host.packets(10);
    ASSERT_EQ(packets.size(), static_cast<std::size_t>(240 / packet_ms));
    EXPECT_EQ(packets[1].payload.size(), static_cast<std::size_t>(packet_ms * 8));
    EXPECT_EQ(packets[1].timestamp - packets[0].timestamp, static_cast<unsigned>(packet_ms * 8));
  }
}

TEST_F(StreamTest, RelaysBothWaysInOneNumberingAndTranscodesWhereTheLawsDiffer) {
  a.set_remote(remote(peer_a), now);
  b.set_remote(remote(peer_b, Law::a), now);
  tick(2);
  auto before = host.packets(20);
  a.bridge(b);
  for (int i = 0; i < 3; ++i) {
    receive(a, peer_a, peer_a.packet(0, 0x80));
    tick();
  }
  auto packets = host.packets(20);
  ASSERT_EQ(packets.size(), 3u);
  EXPECT_EQ(packets[0].payload_type, 8);
  EXPECT_EQ(packets[0].payload[5], 0xaa) << "the greatest value in A-law";
  EXPECT_EQ(packets[0].ssrc, before[0].ssrc);
  EXPECT_EQ(packets[0].sequence, static_cast<std::uint16_t>(before[0].sequence + 2));
  EXPECT_EQ(packets[1].timestamp, packets[0].timestamp + 160);
  EXPECT_TRUE(packets[0].marker);
  EXPECT_FALSE(packets[1].marker);
}

TEST_F(StreamTest, KeepsGapsAndOrderOfWhatItRelaysAndFillsALongPause) {
  start();
  a.bridge(b);
  talk(2, 1, 2);
  auto packets = host.packets(20);
  const std::uint16_t last = packets.back().sequence;
  Bytes lost = peer_a.packet(0, 1);
  talk(1, 1, 2);
  EXPECT_EQ(host.packets(20).at(0).sequence, static_cast<std::uint16_t>(last + 2));
  receive(a, peer_a, lost);
  EXPECT_EQ(host.packets(20).at(0).sequence, static_cast<std::uint16_t>(last + 1));
  tick(20);
  EXPECT_GE(host.packets(20).size(), 14u) << "silence in place of the quiet leg";
  talk(2, 1, 2);
  packets = host.packets(20);
  EXPECT_EQ(packets.at(1).sequence, static_cast<std::uint16_t>(packets.at(0).sequence + 1));
}

TEST_F(StreamTest, TellsAndRelaysDigitsAsEventsOrAsTones) {
  start();
  a.bridge(b);
  talk(1, 1, 2);
  host.packets(20);
  const std::uint32_t at = peer_a.timestamp;
  receive(a, peer_a, peer_a.event(101, 5, at, false));
  receive(a, peer_a, peer_a.event(101, 5, at, true));
  auto packets = host.packets(20);
  ASSERT_EQ(packets.size(), 2u);
  EXPECT_EQ(packets[0].payload_type, 101);
  EXPECT_EQ(packets[0].timestamp, packets[1].timestamp);
  ASSERT_EQ(host.all<Digit>().size(), 1u);
  EXPECT_EQ(host.all<Digit>()[0].digit, '5');

  b.set_remote(remote(peer_b, Law::mu, {}), now);
  receive(a, peer_a, peer_a.event(101, 6, at + 8'000, true));
  tick(10);
  media::DtmfDetector detector;
  std::string heard;
  for (const auto& packet : host.packets(20)) {
    media::Samples samples(packet.payload.size());
    media::decode_g711(Law::mu, packet.payload, samples);
    heard += detector.listen(samples);
  }
  EXPECT_EQ(heard, "6");
}

TEST_F(StreamTest, SendsDigitsAsEventsWithThreeEndsAndGoesOnWithAudio) {
  start();
  tick();
  host.packets(10);
  a.send_digits("1w#");
  tick(80);
  std::vector<std::uint32_t> timestamps;
  int ends = 0;
  std::uint32_t audio = 0;
  for (const auto& packet : host.packets(10)) {
    if (packet.payload_type == 0) {
      EXPECT_TRUE(audio == 0 || rtp::ahead(packet.timestamp, audio) > 0);
      audio = packet.timestamp;
      continue;
    }
    const auto event = *rtp::parse_event(packet.payload);
    ends += event.end;
    if (timestamps.empty() || timestamps.back() != packet.timestamp) {
      timestamps.push_back(packet.timestamp);
      EXPECT_TRUE(packet.marker);
    }
  }
  EXPECT_EQ(timestamps.size(), 2u);
  EXPECT_EQ(ends, 6);
  EXPECT_EQ(host.all<DigitsSent>().size(), 1u);
}

}  // namespace
}  // namespace cloudvno::rtp_io
