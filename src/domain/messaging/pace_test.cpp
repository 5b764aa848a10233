// Paces of senders, and the share of a carrier that says "too fast".
#include "domain/messaging/pace.hpp"
#include "domain/messaging/pressure.hpp"

namespace cloudvno::messaging {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

int sent_within(Micros time, std::string_view type, int segments) {
  Pace pace;
  int sent = 0;
  for (Micros now{0}; now < time; now += milliseconds(1)) {
    while (pace.may_send(now)) {
      pace.sent(segments, pace_of(type), now);
      sent += segments;
    }
  }
  return sent;
}

TEST(Pace, IsThatOfTheSendersTypeInSegments) {
  EXPECT_EQ(sent_within(seconds(10), "local", 1), 10);
  EXPECT_EQ(sent_within(seconds(10), "local", 2), 10);
  EXPECT_EQ(sent_within(seconds(10), "toll-free", 1), 30);
  EXPECT_NEAR(sent_within(seconds(10), "short-code", 1), 5'000, 51);
}

TEST(Pace, DoesNotSaveUpWhatWasNotSent) {
  Pace pace;
  pace.sent(1, 1, Micros(0));
  const Micros later = seconds(100);
  EXPECT_TRUE(pace.is_over(later));
  pace.sent(1, 1, later);
  EXPECT_FALSE(pace.may_send(later + milliseconds(999)));
  EXPECT_TRUE(pace.may_send(later + milliseconds(1'000)));
}

TEST(Pressure, HalvesTheShareOnceAPauseAndGivesItBackOneByOne) {
  Pressure pressure;
  EXPECT_EQ(pressure.places(10, Micros(0)), 10u);
  for (int i = 0; i < 10; ++i) pressure.throttled(10, Micros(0));  // the whole window at once
  EXPECT_EQ(pressure.places(10, Micros(0)), 0u);
  EXPECT_EQ(pressure.places(10, Pressure::first_pause), 5u);
  pressure.accepted();
  EXPECT_EQ(pressure.places(10, Pressure::first_pause), 6u);
  for (int i = 0; i < 10; ++i) pressure.accepted();
  EXPECT_EQ(pressure.places(10, Pressure::first_pause), 10u);
}

TEST(Pressure, PausesLongerWhileNothingIsAccepted) {
  Pressure pressure;
  Micros now{0};
  for (int i = 0; i < 20; ++i) {
    pressure.throttled(1, now);
    now = pressure.paused_until();
  }
  EXPECT_EQ(pressure.places(10, now), 1u);
  pressure.throttled(1, now);
  EXPECT_EQ(pressure.paused_until(), now + Pressure::longest_pause);
}

}  // namespace
}  // namespace cloudvno::messaging
