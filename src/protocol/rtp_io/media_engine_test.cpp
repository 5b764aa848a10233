// The engine on loopback: phones of our own speak and listen, events come to a loop.
#include "protocol/rtp_io/media_engine.hpp"

#include <gtest/gtest.h>

#include <condition_variable>

#include "platform/net/runtime.hpp"
#include "protocol/media/tones.hpp"
#include "protocol/rtp/rtcp.hpp"
#include "protocol/rtp_io/testing/loopback_peer.hpp"

namespace cloudvno::rtp_io {
namespace {

using testing::LoopbackPeer;

// Keeps what was told; waits for what is to come, at most five seconds.
class Told {
 public:
  void operator()(StreamId stream, Event& event) {
    const std::lock_guard lock(mutex_);
    events_.push_back({stream, std::move(event)});
    changed_.notify_all();
  }
  template <class T>
  std::optional<T> wait_for(StreamId stream) {
    std::unique_lock lock(mutex_);
    std::optional<T> found;
    changed_.wait_for(lock, std::chrono::seconds(5), [&] {
      for (StreamEvent& event : events_)
        if (const T* it = std::get_if<T>(&event.event); it != nullptr && event.stream == stream)
          found = *it;
      return found.has_value();
    });
    return found;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<StreamEvent> events_;
};

struct MediaEngineTest : ::testing::Test {
  Told told;
  net::Loop loop{"events"};
  std::unique_ptr<MediaEngine> engine;

  void start(int threads = 1) {
    MediaOptions options;
    options.threads = threads;
    engine = std::make_unique<MediaEngine>(
        options, loop.executor(), [this](StreamId stream, Event& event) { told(stream, event); });
  }
  ~MediaEngineTest() override {
    loop.stop();
    engine.reset();
  }
  OpenedStream open(const LoopbackPeer& peer, media::Law law = media::Law::mu, bool mux = false,
                    std::optional<StreamId> beside = {}) {
    OpenedStream stream = *engine->open_stream({}, beside);
    Remote remote;
    remote.address = peer.address();
    remote.law = law;
    remote.event_payload_type = 101;
    remote.rtcp_mux = mux;
    EXPECT_TRUE(engine->set_remote(stream.id, remote));
    return stream;
  }
};

TEST_F(MediaEngineTest, PlaysAPromptToAPhone) {
  start();
  LoopbackPeer phone(1);
  const OpenedStream stream = open(phone, media::Law::a);
  EXPECT_EQ(stream.port % 2, 0);
  media::Samples tone;
  media::add_tone(tone, 500, 0, std::chrono::milliseconds(200), 20'000);
  auto play = engine->play(stream.id, std::make_shared<const media::Prompt>(tone));
  ASSERT_TRUE(play);
  int loud = 0;
  EXPECT_TRUE(phone.talk_until(stream.port, 0xd5, [&](const rtp::Packet& packet) {
    EXPECT_EQ(packet.payload_type, 8);
    loud += packet.payload[83] != 0xd5 && packet.payload[85] != 0xd5;
    return loud >= 9;
  }));
  auto played = told.wait_for<Played>(stream.id);
  ASSERT_TRUE(played);
  EXPECT_TRUE(played->whole);
  EXPECT_EQ(played->play, *play);
  EXPECT_TRUE(told.wait_for<FirstMedia>(stream.id));
}

TEST_F(MediaEngineTest, BridgesTwoPhonesTranscodesAndRelaysDigits) {
  start(2);
  LoopbackPeer caller(1), callee(2);
  const OpenedStream a = open(caller);
  const OpenedStream b = open(callee, media::Law::a, false, a.id);
  ASSERT_TRUE(engine->bridge(a.id, b.id));
  // Each is the other's clock: silence sets it going.
  EXPECT_TRUE(callee.talk_until(b.port, 0xff, [&](const rtp::Packet& packet) {
    caller.speak(a.port, 0x80);
    return packet.payload.size() == 160 && packet.payload[0] == 0xaa;
  }));
  caller.send(a.port, caller.numbers().event(101, 7, 99'000, true));
  EXPECT_TRUE(callee.talk_until(b.port, 0xff, [&](const rtp::Packet& packet) {
    return packet.payload_type == 101 && packet.payload[0] == 7;
  }));
  auto digit = told.wait_for<Digit>(a.id);
  ASSERT_TRUE(digit);
  EXPECT_EQ(digit->digit, '7');
}

TEST_F(MediaEngineTest, RecordsAPhone) {
  start();
  LoopbackPeer phone(1);
  const OpenedStream stream = open(phone);
  RecordingOptions options;
  options.track = Track::inbound;
  options.max_length = std::chrono::milliseconds(1'000);
  auto recording = engine->start_recording(stream.id, options);
  ASSERT_TRUE(recording);
  int packets = 0;
  EXPECT_TRUE(phone.talk_until(stream.port, 0x80, [&](const auto&) { return ++packets == 60; }));
  auto ended = told.wait_for<RecordingEnded>(stream.id);
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->reason, RecordingEnd::max_length);
  EXPECT_EQ(ended->duration, std::chrono::seconds(1));
  auto chunk = told.wait_for<RecordingChunk>(stream.id);
  ASSERT_TRUE(chunk);
  EXPECT_EQ(chunk->sequence, 1u);
  EXPECT_EQ(chunk->samples.size(), 4'000u);
  EXPECT_EQ(std::ranges::count(chunk->samples, 32'124) > 1'000, true);
}

TEST_F(MediaEngineTest, SaysByeAndTellsTheQualityOfWhatWasClosed) {
  start();
  LoopbackPeer phone(1);
  const OpenedStream stream = open(phone, media::Law::mu, true);
  int packets = 0;
  EXPECT_TRUE(phone.talk_until(stream.port, 1, [&](const auto&) { return ++packets == 20; }));
  engine->close_stream(stream.id);
  bool bye = false;
  while (!bye) {
    auto bytes = phone.receive();
    ASSERT_TRUE(bytes);
    if (rtp::is_rtcp(*bytes)) bye = rtp::parse_rtcp(*bytes, 1)->bye;
  }
  auto closed = told.wait_for<Closed>(stream.id);
  ASSERT_TRUE(closed);
  EXPECT_GE(closed->quality.packets_received, 15u);
  EXPECT_EQ(closed->quality.packets_lost, 0u);
  EXPECT_GE(closed->quality.packets_sent, 20u);
  EXPECT_GT(closed->quality.score, 4.0);
  EXPECT_EQ(engine->streams(), 0u);
}

TEST_F(MediaEngineTest, RefusesWhatCannotBe) {
  start(2);
  LoopbackPeer phone(1);
  const OpenedStream a = open(phone), b = open(phone);
  EXPECT_EQ(engine->bridge(a.id, b.id).error().code, Errc::invalid_parameter)
      << "two threads, one stream each";
  EXPECT_FALSE(engine->bridge(a.id, a.id));
  EXPECT_FALSE(engine->play(a.id, nullptr));
  EXPECT_FALSE(engine->set_remote(a.id, {}));
  EXPECT_FALSE(engine->stop_playing(StreamId{99}));
  RecordingOptions none;
  none.max_length = Micros::zero();
  EXPECT_FALSE(engine->start_recording(a.id, none));
}

TEST_F(MediaEngineTest, RefusesStreamsBeyondItsBound) {
  MediaOptions options;
  options.most_streams = 2;
  engine = std::make_unique<MediaEngine>(options, loop.executor(), [](StreamId, Event&) {});
  auto first = engine->open_stream({});
  ASSERT_TRUE(first);
  ASSERT_TRUE(engine->open_stream({}));
  EXPECT_EQ(engine->open_stream({}).error().code, Errc::service_unavailable);
}

TEST_F(MediaEngineTest, OpensBridgesAndClosesManyOnSeveralThreads) {
  start(2);
  LoopbackPeer phone(1);
  const auto prompt = std::make_shared<const media::Prompt>(media::beep());
  std::vector<StreamId> streams;
  for (int i = 0; i < 40; ++i) {
    const OpenedStream a = open(phone);
    const OpenedStream b = open(phone, media::Law::a, true, a.id);
    EXPECT_TRUE(engine->bridge(a.id, b.id));
    EXPECT_TRUE(engine->start_recording(a.id, {}));
    EXPECT_TRUE(engine->play(b.id, prompt, 0));
    EXPECT_TRUE(engine->send_digits(a.id, "1"));
    streams.insert(streams.end(), {a.id, b.id});
  }
  for (StreamId stream : streams) engine->close_stream(stream);
  for (StreamId stream : streams) EXPECT_TRUE(told.wait_for<Closed>(stream));
  EXPECT_EQ(engine->streams(), 0u);
  EXPECT_EQ(engine->events_given_up(), 0u);
}

TEST(CommandQueue, RefusesBeyondItsBoundButForWhatGivesSomethingBack) {
  CommandQueue queue(2);
  EXPECT_TRUE(queue.push([](Worker*) {}));
  EXPECT_TRUE(queue.push([](Worker*) {}));
  EXPECT_FALSE(queue.push([](Worker*) {}));
  EXPECT_TRUE(queue.push([](Worker*) {}, true));
  std::vector<Command> taken;
  queue.take(taken);
  EXPECT_EQ(taken.size(), 3u);
  EXPECT_TRUE(queue.push([](Worker*) {}));
}

}  // namespace
}  // namespace cloudvno::rtp_io
