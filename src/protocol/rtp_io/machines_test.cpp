// The small parts of a stream: source lock, digits, player, recorder, port pairs, event queue.
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>

#include "protocol/rtp_io/event_queue.hpp"
#include "protocol/rtp_io/player.hpp"
#include "protocol/rtp_io/port_pairs.hpp"
#include "protocol/rtp_io/recorder.hpp"
#include "protocol/rtp_io/source_lock.hpp"

namespace cloudvno::rtp_io {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Address address(const char* text, std::uint16_t port) {
  return *Address::parse(text, port);
}
rtp::Header header(std::uint16_t sequence, std::uint32_t ssrc = 1) {
  return {0, false, sequence, 0, ssrc};
}

TEST(Address, ComparesHostAndPortOfBothFamilies) {
  EXPECT_EQ(address("192.0.2.1", 5), address("192.0.2.1", 5));
  EXPECT_FALSE(address("192.0.2.1", 5) == address("192.0.2.1", 6));
  EXPECT_FALSE(address("192.0.2.1", 5) == address("192.0.2.2", 5));
  EXPECT_TRUE(address("2001:db8::1", 5).same_host(address("2001:db8::1", 6)));
  EXPECT_FALSE(address("2001:db8::1", 5) == address("192.0.2.1", 5));
  EXPECT_FALSE(Address::parse("example.com", 5));
  EXPECT_FALSE(Address().is_set());
}

TEST(SourceLock, TakesTheSignalledSourceAtOnceAndAnotherAfterTwoPackets) {
  SourceLock lock;
  const Address signalled = address("192.0.2.1", 4'000), other = address("198.51.100.1", 9);
  lock.expect(signalled, true, true);
  EXPECT_FALSE(lock.accept(other, header(1), seconds(1)));
  EXPECT_FALSE(lock.accept(other, header(5), seconds(1))) << "not in sequence";
  EXPECT_TRUE(lock.accept(other, header(6), seconds(1)));
  EXPECT_EQ(lock.destination(), other);
  EXPECT_FALSE(lock.accept(signalled, header(1), seconds(1)));
  EXPECT_EQ(lock.refused(), 1u);
  // The same address signalled again (a hold) keeps the lock, another one does not.
  lock.expect(signalled, true, true);
  EXPECT_EQ(lock.destination(), other);
  lock.expect(address("192.0.2.7", 1), true, true);
  EXPECT_EQ(lock.destination(), address("192.0.2.7", 1));
}

TEST(SourceLock, IsTakenOverAfterSilenceOnlyWhereAllowed) {
  for (bool relearn : {true, false}) {
    SourceLock lock;
    const Address first = address("192.0.2.1", 4'000), second = address("192.0.2.2", 4'000);
    lock.expect(first, true, relearn);
    EXPECT_TRUE(lock.accept(first, header(1), seconds(1)));
    EXPECT_FALSE(lock.accept(second, header(1), seconds(2)));
    EXPECT_FALSE(lock.accept(second, header(2), seconds(2)));
    EXPECT_FALSE(lock.accept(second, header(3), seconds(4)));
    EXPECT_EQ(lock.accept(second, header(4), seconds(4)), relearn);
  }
}

TEST(Player, FillsTheLastFrameAndEndsAnEmptyPromptAtOnce) {
  Player player;
  EncodedFrame frame;
  player.start(PlayId{1}, std::make_shared<const media::Prompt>(media::Samples(200, 0x7000)), 1);
  EXPECT_FALSE(player.next(media::Law::a, frame));
  EXPECT_TRUE(player.next(media::Law::a, frame));
  EXPECT_NE(frame[39], 0xd5);
  EXPECT_EQ(frame[40], 0xd5);
  player.start(PlayId{2}, std::make_shared<const media::Prompt>(media::Samples()), 0);
  EXPECT_TRUE(player.next(media::Law::mu, frame));
  EXPECT_EQ(player.stop(), PlayId{2});
  EXPECT_FALSE(player.playing());
}

TEST(Recorder, MixesOrChoosesATrackAndTellsTheSilenceAtBothEnds) {
  rtp::Frame in, out;
  in.fill(1'000);
  out.fill(-400);
  for (auto [track, expected] : {std::pair{Track::both, 600}, std::pair{Track::inbound, 1'000},
                                 std::pair{Track::outbound, -400}}) {
    RecordingOptions options;
    options.track = track;
    Recorder recorder({1}, options);
    for (int i = 0; i < 10; ++i) recorder.frame(in, out, i == 5);
    EXPECT_FALSE(recorder.take_chunk());
    auto chunk = recorder.take_chunk(true);
    ASSERT_TRUE(chunk);
    EXPECT_EQ(chunk->samples.size(), 1'600u);
    EXPECT_EQ(chunk->samples[0], expected);
    EXPECT_FALSE(recorder.take_chunk(true));
    auto ended = recorder.ended(RecordingEnd::stopped);
    EXPECT_EQ(ended.leading_silence, milliseconds(60));
    EXPECT_EQ(ended.trailing_silence, milliseconds(80));
  }
}

TEST(PortPairs, AreEvenAndTakenInTurnUntilNoneIsFree) {
  // Below what the system gives out by itself, and another one for each test program.
  const auto base = static_cast<std::uint16_t>(11'001 + 10 * (::getpid() % 400));
  PortPairs pairs(address("127.0.0.1", 0), base, static_cast<std::uint16_t>(base + 8));
  std::vector<PortPair> held;
  for (int i = 0; i < 4; ++i) {
    auto pair = pairs.open();
    ASSERT_TRUE(pair);
    EXPECT_EQ(pair->port() % 2, 0);
    EXPECT_GE(pair->port(), base + 1);
    EXPECT_LE(pair->port(), base + 7);
    held.push_back(std::move(*pair));
  }
  EXPECT_EQ(pairs.open().error().code, Errc::service_unavailable);
  const std::uint16_t freed = held[2].port();
  held.erase(held.begin() + 2);
  EXPECT_EQ(pairs.open()->port(), freed);
}

TEST(EventQueue, GivesUpWhatTheNetworkCausesButNotWhatEndsSomething) {
  boost::asio::io_context context;
  std::vector<std::size_t> kinds;
  auto queue = std::make_shared<EventQueue>(
      context.get_executor(), [&](StreamId, Event& event) { kinds.push_back(event.index()); }, 32);
  std::vector<StreamEvent> events;
  events.reserve(46);
  for (int i = 0; i < 40; ++i) events.push_back({{1}, Digit{'1', {}}});
  for (int i = 0; i < 5; ++i) events.push_back({{1}, RecordingChunk{}});
  events.push_back({{1}, Closed{}});
  queue->push(events);
  EXPECT_TRUE(events.empty());
  EXPECT_EQ(queue->given_up(), 8u + 3u);
  context.run();
  EXPECT_EQ(kinds.size(), 32u + 2u + 1u);
  EXPECT_EQ(kinds.back(), Event(Closed{}).index());
}

}  // namespace
}  // namespace cloudvno::rtp_io
