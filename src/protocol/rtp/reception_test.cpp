// Reception statistics: validity, loss and jitter by hand-made arrivals.
#include "protocol/rtp/reception.hpp"

#include <gtest/gtest.h>

#include "protocol/rtp/quality.hpp"

namespace cloudvno::rtp {
namespace {

using std::chrono::milliseconds;

Header packet(std::uint16_t sequence, std::uint32_t ssrc = 7) {
  Header header;
  header.sequence = sequence;
  header.timestamp = sequence * 160u;
  header.ssrc = ssrc;
  return header;
}
Micros at(int ms) {
  return milliseconds(ms);
}

TEST(Reception, TakesASourceAfterTwoPacketsInSequence) {
  Reception reception;
  EXPECT_EQ(reception.receive(packet(5), at(0)), Verdict::probation);
  EXPECT_EQ(reception.receive(packet(9), at(20)), Verdict::probation);
  EXPECT_EQ(reception.receive(packet(10), at(40)), Verdict::restarted);
  EXPECT_EQ(reception.receive(packet(11), at(60)), Verdict::valid);
  EXPECT_EQ(reception.received(), 2u);
}

TEST(Reception, CountsLossAcrossTheWrapOfSequenceNumbers) {
  Reception reception(true);
  reception.receive(packet(65'533), at(0));
  reception.receive(packet(65'535), at(40));
  reception.receive(packet(2), at(100));
  EXPECT_EQ(reception.received(), 3u);
  EXPECT_EQ(reception.lost(), 3u);
  EXPECT_EQ(reception.report(at(100)).highest_sequence, 65'538u);
  reception.receive(packet(1), at(101));
  EXPECT_EQ(reception.lost(), 2u) << "a late packet is not lost";
}

TEST(Reception, FollowsANewSourceAndARestartAfterTwoPackets) {
  Reception reception(true);
  reception.receive(packet(1), at(0));
  EXPECT_EQ(reception.receive(packet(100, 8), at(20)), Verdict::invalid);
  EXPECT_EQ(reception.receive(packet(2), at(21)), Verdict::valid) << "a stray packet does no harm";
  EXPECT_EQ(reception.receive(packet(101, 8), at(40)), Verdict::invalid);
  EXPECT_EQ(reception.receive(packet(102, 8), at(60)), Verdict::restarted);
  EXPECT_EQ(reception.ssrc(), 8u);
  EXPECT_EQ(reception.receive(packet(30'000, 8), at(80)), Verdict::invalid);
  EXPECT_EQ(reception.receive(packet(30'001, 8), at(100)), Verdict::restarted);
  EXPECT_EQ(reception.received(), 4u);
  EXPECT_EQ(reception.lost(), 0u);
}

TEST(Reception, TellsTheFractionLostSinceTheReportBefore) {
  Reception reception(true);
  for (std::uint16_t i = 0; i < 8; ++i)
    if (i != 3 && i != 4) reception.receive(packet(i), at(i * 20));
  EXPECT_EQ(reception.report(at(200)).fraction_lost, 64) << "two of eight";
  for (std::uint16_t i = 8; i < 16; ++i) reception.receive(packet(i), at(i * 20));
  ReportBlock block = reception.report(at(400));
  EXPECT_EQ(block.fraction_lost, 0);
  EXPECT_EQ(block.packets_lost, 2);
}

TEST(Reception, MeasuresJitterOnlyWhereArrivalsVary) {
  Reception even(true), uneven(true);
  for (std::uint16_t i = 0; i < 500; ++i) {
    even.receive(packet(i), at(i * 20));
    uneven.receive(packet(i), at(i * 20 + (i % 2) * 10));
  }
  EXPECT_LT(even.jitter(), milliseconds(1));
  EXPECT_NEAR(static_cast<double>(uneven.jitter().count()), 10'000, 1'000);
}

TEST(Reception, TellsHowLongAgoTheLastSenderReportCame) {
  Reception reception(true);
  reception.receive(packet(1), at(0));
  reception.sender_report({0x0001'0002'0003'0004, 0, 0, 0}, at(1'000));
  ReportBlock block = reception.report(at(1'500));
  EXPECT_EQ(block.last_sr, 0x0002'0003u);
  EXPECT_EQ(block.delay_since_last_sr, 32'768u);
}

TEST(Quality, FallsWithLossAndWithDelay) {
  const double best = mean_opinion_score(0, milliseconds(20));
  EXPECT_NEAR(best, 4.4, 0.05);
  EXPECT_NEAR(mean_opinion_score(0.01, milliseconds(20)), 4.3, 0.1);
  EXPECT_LT(mean_opinion_score(0.10, milliseconds(20)), 3.5);
  EXPECT_LT(mean_opinion_score(0, milliseconds(600)), 2.8);
  EXPECT_GE(mean_opinion_score(1, milliseconds(5'000)), 1.0);
  EXPECT_EQ(one_way_delay(milliseconds(100), milliseconds(5)), milliseconds(80));
}

}  // namespace
}  // namespace cloudvno::rtp
