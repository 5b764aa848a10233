// What a stream hears, records and tells, by hand-moved ticks.
#include "protocol/rtp_io/stream.hpp"

#include <gtest/gtest.h>

#include "protocol/media/tones.hpp"
#include "protocol/rtp/rtcp.hpp"
#include "protocol/rtp_io/testing/stream_fixture.hpp"

namespace cloudvno::rtp_io {
namespace {

using namespace testing;

TEST_F(StreamTest, HearsDigitsInTheAudioOnlyWhereItIsAskedTo) {
  StreamOptions options;
  options.in_band_digits = true;
  Stream c({3}, {30, 31}, options, host, now);
  c.set_remote(remote(peer_a, Law::mu, {}), now);
  const media::Prompt prompt(media::dtmf("42"));
  const ByteView bytes = prompt.bytes(Law::mu);
  for (std::size_t at = 0; at + 160 <= bytes.size() + 1'600; at += 160) {
    Bytes packet = peer_a.packet(0, 0xff);
    if (at + 160 <= bytes.size())
      std::ranges::copy(bytes.subspan(at, 160), packet.begin() + rtp::header_size);
    c.receive(Port::rtp, packet, peer_a.address, now, now, wall);
    now += milliseconds(20);
    c.listen(now);
  }
  auto digits = host.all<Digit>();
  ASSERT_EQ(digits.size(), 2u);
  EXPECT_EQ(digits[0].digit, '4');
  EXPECT_EQ(digits[1].way, DigitWay::in_band);
}

TEST_F(StreamTest, RecordsBothLegsOfABridgeOnTwoChannels) {
  start();
  a.bridge(b);
  RecordingOptions options;
  options.channels = 2;
  a.start_recording({5}, options);
  talk(60, 0x80, 0x00);
  a.stop_recording();
  auto chunks = host.all<RecordingChunk>();
  ASSERT_EQ(chunks.size(), 3u);
  EXPECT_EQ(chunks[0].samples.size(), 8'000u);
  EXPECT_EQ(chunks[1].sequence, 1u);
  EXPECT_EQ(chunks[1].samples[2], 32'124) << "the peer, left";
  EXPECT_EQ(chunks[1].samples[3], -32'124) << "what the peer hears, right";
  auto ended = host.all<RecordingEnded>();
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].duration, milliseconds(1'200));
  EXPECT_EQ(ended[0].reason, RecordingEnd::stopped);
}

TEST_F(StreamTest, RecordsAfterTheBeepUntilADigitSilenceOrLength) {
  start();
  RecordingOptions options;
  options.beep = true;
  options.finish_digits = "#";
  options.silence_timeout = seconds(2);
  a.start_recording({5}, options);
  talk(13, 0x80, 0xff);
  EXPECT_TRUE(host.all<RecordingChunk>().empty());
  talk(30, 0x80, 0xff);
  receive(a, peer_a, peer_a.event(101, 11, 50'000, true));
  ASSERT_EQ(host.all<RecordingEnded>().size(), 1u);
  EXPECT_EQ(host.all<RecordingEnded>()[0].reason, RecordingEnd::finish_digit);
  EXPECT_EQ(host.all<RecordingEnded>()[0].duration, milliseconds(600));

  options.beep = false;
  a.start_recording({6}, options);
  talk(30, 0x80, 0xff);
  talk(140, 0xff, 0xff);
  ASSERT_EQ(host.all<RecordingEnded>().size(), 2u);
  EXPECT_EQ(host.all<RecordingEnded>()[1].reason, RecordingEnd::silence);
  EXPECT_EQ(host.all<RecordingEnded>()[1].trailing_silence, seconds(2));

  options.max_length = milliseconds(500);
  a.start_recording({7}, options);
  talk(40, 0x80, 0xff);
  ASSERT_EQ(host.all<RecordingEnded>().size(), 3u);
  EXPECT_EQ(host.all<RecordingEnded>()[2].reason, RecordingEnd::max_length);
}

TEST_F(StreamTest, TellsFirstMediaAndEachTimeoutOnce) {
  start();
  tick();
  EXPECT_EQ(host.all<FirstMedia>().size(), 2u);
  tick(1'600);
  EXPECT_EQ(host.all<MediaTimeout>().size(), 2u);
  receive(a, peer_a, peer_a.packet(0, 1));
  tick(1'600);
  EXPECT_EQ(host.all<MediaTimeout>().size(), 3u);
}

TEST_F(StreamTest, HoldsOnToItsSourceAndCountsOthers) {
  start();
  FakePeer stranger{*Address::parse("198.51.100.9", 4'000), 77};
  for (int i = 0; i < 5; ++i) receive(a, stranger, stranger.packet(0, 1));
  host.packets(10);
  tick();
  EXPECT_EQ(host.kept.size(), 0u);
  EXPECT_EQ(host.sent.at(0).to, peer_a.address);
  EXPECT_EQ(a.quality().packets_refused, 5u);
  // The peer moved: after two seconds of silence it is followed.
  now += seconds(3);
  for (int i = 0; i < 3; ++i) receive(a, stranger, stranger.packet(0, 1));
  host.packets(10);
  tick();
  EXPECT_EQ(host.sent.at(0).to, stranger.address);
}

TEST_F(StreamTest, FollowsAPeerBehindANatButNotWhereThatIsForbidden) {
  FakePeer natted{*Address::parse("198.51.100.9", 6'000), 3};
  a.set_remote(remote(peer_a), now);
  Remote strict = remote(peer_b);
  strict.symmetric = false;
  b.set_remote(strict, now);
  for (int i = 0; i < 3; ++i) {
    Bytes packet = natted.packet(0, 1);
    receive(a, natted, packet);
    receive(b, natted, packet);
  }
  tick();
  EXPECT_EQ(host.sent.at(0).to, natted.address);
  EXPECT_EQ(host.sent.at(1).to, peer_b.address);
}

TEST_F(StreamTest, ReportsAndMeasuresTheRoundTrip) {
  start();
  tick(600);
  std::optional<rtp::Report> report;
  for (const auto& item : host.sent)
    if (item.socket == 11) {
      EXPECT_EQ(item.to.port(), 4'001);
      report = rtp::parse_rtcp(item.bytes, 0);
    }
  ASSERT_TRUE(report && report->sender);
  EXPECT_GT(report->sender->packets, 50u);
  // The peer answers 100 ms after, at once.
  rtp::OutgoingReport answer;
  answer.ssrc = peer_a.ssrc;
  answer.block = rtp::ReportBlock{};
  answer.block->ssrc = report->ssrc;
  answer.block->last_sr = rtp::ntp_middle(rtp::to_ntp(wall));
  std::array<std::uint8_t, rtp::largest_report> buffer;
  auto bytes = rtp::write_rtcp(answer, buffer);
  Bytes copy(bytes.begin(), bytes.end());
  a.receive(Port::rtcp, copy, peer_a.address.with_port(4'001), now, now, wall + milliseconds(100));
  EXPECT_NEAR(static_cast<double>(a.quality().round_trip.count()), 100'000, 100);
}

TEST_F(StreamTest, ReportsToAPeerThatOnlySpeaks) {
  Remote options = remote(peer_a);
  options.send = false;
  options.rtcp_mux = true;
  a.set_remote(options, now);
  for (int i = 0; i < 450; ++i) {
    receive(a, peer_a, peer_a.packet(0, 1));
    tick();
  }
  ASSERT_FALSE(host.sent.empty());
  EXPECT_EQ(host.sent[0].socket, 10);
  EXPECT_EQ(host.sent[0].bytes[1], 201) << "RR";
}

TEST_F(StreamTest, EndsAllThatRunsWhenItIsClosedAndTellsHowItWas) {
  start();
  talk(50, 1, 2);
  a.play({7}, std::make_shared<const media::Prompt>(media::Samples(8'000, 1)), 0);
  a.start_recording({5}, {});
  a.bridge(b);
  tick(2);
  host.sent.clear();
  a.close(now, wall);
  EXPECT_EQ(b.peer(), nullptr);
  ASSERT_EQ(host.sent.size(), 1u);
  EXPECT_TRUE(rtp::parse_rtcp(host.sent[0].bytes, 0).has_value());
  EXPECT_FALSE(host.all<Played>().at(0).whole);
  EXPECT_EQ(host.all<RecordingEnded>().at(0).reason, RecordingEnd::closed);
  auto closed = host.all<Closed>();
  ASSERT_EQ(closed.size(), 1u);
  EXPECT_EQ(closed[0].quality.packets_received, 52u);
  EXPECT_EQ(closed[0].quality.packets_lost, 0u);
  EXPECT_GT(closed[0].quality.score, 4.2);
  EXPECT_GE(closed[0].quality.packets_sent, 50u);
}

TEST_F(StreamTest, TellsVoiceWhereItIsAskedTo) {
  StreamOptions options;
  options.tell_voice = true;
  Stream c({3}, {30, 31}, options, host, now);
  c.set_remote(remote(peer_a), now);
  for (int i = 0; i < 120; ++i) {
    Bytes packet = peer_a.packet(0, i >= 40 && i < 80 ? 0x90 : 0xff);
    c.receive(Port::rtp, packet, peer_a.address, now, now, wall);
    now += milliseconds(20);
    c.listen(now);
  }
  EXPECT_EQ(host.all<VoiceStarted>().size(), 1u);
  EXPECT_EQ(host.all<VoiceStopped>().size(), 1u);
}

}  // namespace
}  // namespace cloudvno::rtp_io
