// A stream by hand-moved ticks: what it sends, relays, records and tells.
#include "protocol/rtp_io/stream.hpp"

#include <gtest/gtest.h>

#include "protocol/media/tones.hpp"
#include "protocol/rtp/rtcp.hpp"
#include "protocol/rtp_io/testing/fake_host.hpp"

namespace cloudvno::rtp_io {
namespace {

using media::Law;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::FakeHost;
using testing::FakePeer;

// Two streams with their peers; ticks move the clock by 20 ms.
struct StreamTest : ::testing::Test {
  FakeHost host;
  Micros now = seconds(1'000);
  Time wall = from_micros(1'800'000'000'000'000);
  Stream a{{1}, {10, 11}, {}, host, now};
  Stream b{{2}, {20, 21}, {}, host, now};
  FakePeer peer_a{*Address::parse("192.0.2.1", 4'000)};
  FakePeer peer_b{*Address::parse("192.0.2.2", 5'000), 2};

  Remote remote(const FakePeer& peer, Law law = Law::mu,
                std::optional<std::uint8_t> events = 101) const {
    Remote out;
    out.address = peer.address;
    out.law = law;
    out.event_payload_type = events;
    return out;
  }
  void receive(Stream& stream, const FakePeer& peer, Bytes bytes) {
    stream.receive(Port::rtp, bytes, peer.address, now, now, wall);
  }
  void tick(int times = 1) {
    for (; times != 0; --times) {
      now += milliseconds(20);
      wall += milliseconds(20);
      a.listen(now);
      b.listen(now);
      a.send(now, wall);
      b.send(now, wall);
    }
  }
  // A tick with a packet of both peers before it.
  void talk(int times, std::uint8_t fill_a, std::uint8_t fill_b) {
    for (; times != 0; --times) {
      receive(a, peer_a, peer_a.packet(0, fill_a));
      receive(b, peer_b, peer_b.packet(0, fill_b));
      tick();
    }
  }
  void start() {
    a.set_remote(remote(peer_a), now);
    b.set_remote(remote(peer_b), now);
    // The source is taken with its second packet.
    for (int i = 0; i < 2; ++i) {
      receive(a, peer_a, peer_a.packet(0, 0xff));
      receive(b, peer_b, peer_b.packet(0, 0xff));
    }
  }
};

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
  ASSERT_EQ(packets.size(), 3u) << "one of silence until the first was valid, then two relayed";
  EXPECT_EQ(packets[1].payload_type, 8);
  EXPECT_EQ(packets[1].payload[5], 0xaa) << "the greatest value in A-law";
  EXPECT_EQ(packets[1].ssrc, before[0].ssrc);
  EXPECT_EQ(packets[1].sequence, static_cast<std::uint16_t>(before[0].sequence + 3));
  EXPECT_EQ(packets[2].timestamp, packets[1].timestamp + 160);
  EXPECT_TRUE(packets[1].marker);
  EXPECT_FALSE(packets[2].marker);
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
  EXPECT_EQ(closed[0].quality.packets_received, 51u);
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
