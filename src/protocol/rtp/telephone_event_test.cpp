// telephone-event: digits told once, through loss and overlap; packets of a sent digit.
#include "protocol/rtp/telephone_event.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cloudvno::rtp {
namespace {

struct Peer {
  EventReceiver receiver;
  std::string heard;
  std::uint16_t sequence = 0;

  void packet(std::uint8_t code, std::uint32_t timestamp, std::uint16_t duration, bool end,
              bool marker = false) {
    std::array<std::uint8_t, event_size> payload;
    write_event({code, end, 10, duration}, payload);
    Packet packet;
    packet.sequence = sequence++;
    packet.timestamp = timestamp;
    packet.marker = marker;
    packet.payload = payload;
    if (auto digit = receiver.receive(packet)) heard += *digit;
  }
};

TEST(EventReceiver, TellsADigitOnceThroughUpdatesAndRepeatedEnds) {
  Peer peer;
  peer.packet(5, 1'000, 160, false, true);
  peer.packet(5, 1'000, 320, false);
  for (int i = 0; i < 3; ++i) peer.packet(5, 1'000, 480, true);
  EXPECT_EQ(peer.heard, "5");
}

TEST(EventReceiver, NeedsNeitherTheStartNorTheEnds) {
  Peer peer;
  peer.packet(1, 1'000, 320, false);        // its start was lost, so will be its ends
  peer.packet(1, 3'000, 160, false, true);  // the same digit again
  peer.packet(11, 9'000, 800, true);        // only an end arrived
  EXPECT_EQ(peer.heard, "11#");
}

TEST(EventReceiver, KnowsAnEarlierEventAgainAfterTheNextBegan) {
  Peer peer;
  peer.packet(1, 1'000, 160, false, true);
  peer.packet(2, 2'000, 160, false, true);
  peer.packet(1, 1'000, 480, true);
  peer.packet(2, 2'000, 480, true);
  EXPECT_EQ(peer.heard, "12");
}

TEST(EventReceiver, TakesSegmentsAndMovingTimestampsForOneDigit) {
  Peer peer;
  peer.packet(9, 1'000, 0xffff, false, true);
  peer.packet(9, 1'000 + 0xffff, 160, false);  // the next segment of a long press
  peer.packet(9, 1'000 + 0xffff, 320, true);
  EXPECT_EQ(peer.heard, "9");
  Peer moving;
  moving.packet(3, 160, 160, false, true);
  moving.packet(3, 320, 320, false);
  moving.packet(3, 480, 480, true);
  EXPECT_EQ(moving.heard, "3");
}

TEST(EventReceiver, IgnoresEventsThatAreNoDigitsAndShortPayloads) {
  Peer peer;
  peer.packet(16, 1'000, 160, false, true);  // flash
  Packet packet;
  packet.payload = ByteView();
  EXPECT_FALSE(peer.receiver.receive(packet));
  EXPECT_EQ(peer.heard, "");
}

TEST(EventSender, MarksTheFirstGrowsTheDurationAndEndsThreeTimes) {
  EventSender sender(*digit_event('#'), 800);
  std::vector<TelephoneEvent> events;
  std::vector<bool> markers;
  while (auto step = sender.next()) {
    events.push_back(*parse_event(step->payload));
    markers.push_back(step->marker);
  }
  ASSERT_EQ(events.size(), 7u);
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].code, 11);
    EXPECT_EQ(events[i].duration, std::min<std::size_t>(i + 1, 5) * 160);
    EXPECT_EQ(events[i].end, i >= 4);
    EXPECT_EQ(markers[i], i == 0);
  }
  EXPECT_EQ(sender.length(), 800u);
}

TEST(EventSender, BoundsTheLength) {
  EXPECT_EQ(EventSender(1, 0).length(), 160u);
  EXPECT_EQ(EventSender(1, 1'000'000).length(), 65'440u);
  EXPECT_EQ(digit_event('d'), 15);
  EXPECT_FALSE(digit_event('w'));
}

}  // namespace
}  // namespace cloudvno::rtp
