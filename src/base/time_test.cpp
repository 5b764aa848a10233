// Points in time as text.
#include "base/time.hpp"

#include <gtest/gtest.h>

#include "base/clock.hpp"

namespace cloudvno {
namespace {

std::string again(std::string_view text) {
  const auto time = from_iso8601(text);
  return time ? to_iso8601(*time) : "refused";
}

TEST(Time, WritesMillisecondsInUtc) {
  EXPECT_EQ(to_iso8601(from_micros(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(to_iso8601(from_micros(1'795'468'763'123'999)), "2026-11-23T21:19:23.123Z");
  EXPECT_EQ(to_iso8601(from_micros(951'782'400'000'000)), "2000-02-29T00:00:00.000Z");
}

TEST(Time, WritesTimesBefore1970) {
  EXPECT_EQ(to_iso8601(from_micros(-1)), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(to_seconds(from_micros(-1)), -1);
  EXPECT_EQ(to_seconds(from_micros(1'999'999)), 1);
}

TEST(Time, ReadsWhatItWrote) {
  for (const auto* text : {"1970-01-01T00:00:00.000Z", "2024-02-29T23:59:59.999Z",
                           "0000-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"}) {
    EXPECT_EQ(again(text), text);
  }
}

TEST(Time, ReadsZonesFractionsAndSeparators) {
  EXPECT_EQ(again("2026-11-23T23:19:23+02:00"), "2026-11-23T21:19:23.000Z");
  EXPECT_EQ(again("2026-11-23T23:19:23+0200"), "2026-11-23T21:19:23.000Z");
  EXPECT_EQ(again("2026-01-01T00:30:00-05:30"), "2026-01-01T06:00:00.000Z");
  EXPECT_EQ(again("2025-12-31T23:30:00-01:00"), "2026-01-01T00:30:00.000Z");
  EXPECT_EQ(again("2026-11-23t21:19:23z"), "2026-11-23T21:19:23.000Z");
  EXPECT_EQ(again("2026-11-23 21:19:23Z"), "2026-11-23T21:19:23.000Z");
  EXPECT_EQ(again("2026-11-23T21:19Z"), "2026-11-23T21:19:00.000Z");
  EXPECT_EQ(again("2026-11-23T21:19:23.5Z"), "2026-11-23T21:19:23.500Z");
  EXPECT_EQ(to_micros(from_iso8601("1970-01-01T00:00:00.123456789Z").value()), 123'456);
}

TEST(Time, ReadsALeapSecondAsTheNextMinute) {
  EXPECT_EQ(again("2016-12-31T23:59:60Z"), "2017-01-01T00:00:00.000Z");
}

TEST(Time, RefusesWhatIsNoPointInTime) {
  for (const auto* text : {"",
                           "2026",
                           "2026-11-23",
                           "2026-11-23T21:19:23",
                           "2026-11-23T21:19:23.Z",
                           "2026-11-23T21:19:23.1234567890Z",
                           "2026-13-01T00:00:00Z",
                           "2026-00-01T00:00:00Z",
                           "2026-01-00T00:00:00Z",
                           "2026-01-32T00:00:00Z",
                           "2026-02-29T00:00:00Z",
                           "2026-04-31T00:00:00Z",
                           "2026-01-01T24:00:00Z",
                           "2026-01-01T00:60:00Z",
                           "2026-01-01T00:00:61Z",
                           "2026-01-01T00:00:00+24:00",
                           "2026-01-01T00:00:00+00:60",
                           "2026-01-01T00:00:00+02",
                           "2026-01-01T00:00:00ZZ",
                           "2026-01-01T00:00:00Z ",
                           " 2026-01-01T00:00:00Z",
                           "26-01-01T00:00:00Z",
                           "-026-01-01T00:00:00Z",
                           "+2026-01-01T00:00:00Z",
                           "2026/01/01T00:00:00Z",
                           "tomorrow",
                           "1767225600"}) {
    EXPECT_EQ(again(text), "refused") << text;
  }
}

// RFC 2822 section 3.3.
TEST(Time, WritesRfc2822) {
  EXPECT_EQ(to_rfc2822(from_micros(1'795'468'763'000'000)), "Mon, 23 Nov 2026 21:19:23 +0000");
  EXPECT_EQ(to_rfc2822(from_micros(0)), "Thu, 01 Jan 1970 00:00:00 +0000");
  EXPECT_EQ(to_rfc2822(from_micros(-1)), "Wed, 31 Dec 1969 23:59:59 +0000");
}

TEST(ManualClock, StandsStillUntilMoved) {
  ManualClock clock;
  EXPECT_EQ(to_iso8601(clock.now()), "2026-01-01T00:00:00.000Z");
  clock.advance(std::chrono::milliseconds(1500));
  EXPECT_EQ(to_iso8601(clock.now()), "2026-01-01T00:00:01.500Z");
  clock.set(from_micros(0));
  EXPECT_EQ(to_micros(clock.now()), 0);
}

}  // namespace
}  // namespace cloudvno
