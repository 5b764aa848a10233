// RTCP: written reports read back, malformed compounds, round-trip time.
#include "protocol/rtp/rtcp.hpp"

#include <gtest/gtest.h>

namespace cloudvno::rtp {
namespace {

TEST(Rtcp, ReadsBackTheReportThatItWrites) {
  OutgoingReport out;
  out.ssrc = 11;
  out.sender = SenderInfo{0x0102030405060708, 160, 5, 800};
  out.block = ReportBlock{22, 64, -3, 70'000, 12, 0x04050607, 65'536};
  out.cname = "abc";
  out.bye = true;
  std::array<std::uint8_t, largest_report> buffer;
  auto bytes = write_rtcp(out, buffer);
  EXPECT_EQ(bytes.size() % 4, 0u);
  auto report = parse_rtcp(bytes, 22);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->ssrc, 11u);
  ASSERT_TRUE(report->sender);
  EXPECT_EQ(report->sender->ntp, 0x0102030405060708u);
  EXPECT_EQ(report->sender->packets, 5u);
  ASSERT_TRUE(report->about_us);
  EXPECT_EQ(report->about_us->packets_lost, -3);
  EXPECT_EQ(report->about_us->fraction_lost, 64);
  EXPECT_EQ(report->about_us->highest_sequence, 70'000u);
  EXPECT_TRUE(report->bye);
  EXPECT_FALSE(parse_rtcp(bytes, 23)->about_us) << "a report about another source";
}

TEST(Rtcp, WritesAReceiverReportInItsBytes) {
  OutgoingReport out;
  out.ssrc = 1;
  out.cname = "x";
  std::array<std::uint8_t, largest_report> buffer;
  auto bytes = write_rtcp(out, buffer);
  const Bytes expected = {
      0x80, 201, 0,   1, 0, 0, 0, 1,  // RR without blocks, one word after the first
      0x81, 202, 0,   2, 0, 0, 0, 1,  // SDES, one chunk, two words after the first
      1,    1,   'x', 0,              // CNAME, one byte, the list's end
  };
  EXPECT_EQ(Bytes(bytes.begin(), bytes.end()), expected);
}

TEST(Rtcp, RefusesWhatFailsTheChecks) {
  const Bytes sdes_first = {0x80, 202, 0, 1, 0, 0, 0, 1};
  const Bytes too_long = {0x80, 201, 0, 9, 0, 0, 0, 1};
  const Bytes missing_block = {0x81, 201, 0, 1, 0, 0, 0, 1};
  const Bytes padded_first = {0xa0, 201, 0, 1, 0, 0, 0, 1};
  EXPECT_FALSE(parse_rtcp(sdes_first, 1));
  EXPECT_FALSE(parse_rtcp(too_long, 1));
  EXPECT_FALSE(parse_rtcp(missing_block, 1));
  EXPECT_FALSE(parse_rtcp(padded_first, 1));
  EXPECT_FALSE(parse_rtcp({}, 1));
}

TEST(Rtcp, ReckonsTheRoundTripOfTheRfcsFigure) {
  // RFC 3550 figure 2: A = 0xb710:8000, LSR = 0xb705:2000, DLSR = 0x0005:4000, delay 6.125 s.
  const std::uint64_t ntp = 0xb44db710'80000000;
  const Time arrival =
      from_micros(static_cast<std::int64_t>((ntp >> 32) - 2'208'988'800) * 1'000'000 + 500'000);
  ReportBlock block;
  block.last_sr = 0xb705'2000;
  block.delay_since_last_sr = 0x0005'4000;
  auto delay = round_trip(block, arrival);
  ASSERT_TRUE(delay);
  EXPECT_EQ(*delay, Micros(6'125'000));
  block.delay_since_last_sr = 0x00ff'0000;
  EXPECT_FALSE(round_trip(block, arrival)) << "it held the report longer than it had it";
  block.last_sr = 0;
  EXPECT_FALSE(round_trip(block, arrival));
}

}  // namespace
}  // namespace cloudvno::rtp
