// The jitter buffer on simulated networks: how much is missed, and how long the delay becomes.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "protocol/rtp/jitter_buffer.hpp"

namespace cloudvno::rtp {
namespace {

struct Network {
  int jitter_ms = 0;  // uniform, so packets overtake each other beyond 20 ms
  int loss_percent = 0;
  double clock_skew = 0;  // how much faster the sender's clock runs
};
struct Outcome {
  std::uint64_t missing = 0, skipped = 0, lost = 0;
  double delay_ms = 0;  // mean
};

// Twenty minutes; the first is not counted, since the buffer learns in it.
Outcome simulate(const Network& network) {
  constexpr int packets = 60'000, warm_up = 3'000;
  std::minstd_rand random(7);
  struct Arrival {
    double at_ms;
    std::uint32_t timestamp;
    int number;
  };
  std::vector<Arrival> arrivals;
  Outcome outcome;
  for (int n = 0; n < packets; ++n) {
    const double sent = n * 20.0 * (1 - network.clock_skew);
    const int delay = network.jitter_ms == 0
                          ? 0
                          : static_cast<int>(random() % static_cast<unsigned>(network.jitter_ms));
    if (static_cast<int>(random() % 100) < network.loss_percent) {
      outcome.lost += n >= warm_up;
      continue;
    }
    arrivals.push_back({sent + delay, static_cast<std::uint32_t>(n) * 160u, n});
  }
  std::ranges::sort(arrivals, {}, &Arrival::at_ms);
  JitterBuffer buffer;
  const std::vector<std::int16_t> samples(frame_samples, 1'000);
  std::size_t next = 0;
  JitterCounts before;
  double delays = 0;
  for (int tick = 0; tick < packets; ++tick) {
    for (; next < arrivals.size() && arrivals[next].at_ms <= tick * 20.0; ++next)
      buffer.push(1, arrivals[next].timestamp, samples);
    Frame frame;
    buffer.pop(frame);
    if (tick == warm_up) before = buffer.counts();
    if (tick > warm_up) delays += static_cast<double>(buffer.delay().count()) / 1e3;
  }
  outcome.missing = buffer.counts().missing - before.missing;
  outcome.skipped = buffer.counts().skipped - before.skipped;
  outcome.delay_ms = delays / (packets - warm_up);
  return outcome;
}

TEST(JitterBufferOnANetwork, MissesNothingWhereNothingIsLost) {
  const Outcome calm = simulate({});
  EXPECT_EQ(calm.missing, 0u);
  EXPECT_LE(calm.delay_ms, 80);
  const Outcome shaky = simulate({.jitter_ms = 30});
  EXPECT_LE(shaky.missing, 57u) << "a thousandth";
  EXPECT_LE(shaky.delay_ms, 100);
}

TEST(JitterBufferOnANetwork, BearsJitterThatReordersPackets) {
  const Outcome outcome = simulate({.jitter_ms = 80});
  EXPECT_LE(outcome.missing, 570u) << "a hundredth";
  EXPECT_LE(outcome.delay_ms, 160);
}

TEST(JitterBufferOnANetwork, MissesWhatIsLostAndHardlyMore) {
  const Outcome outcome = simulate({.jitter_ms = 20, .loss_percent = 3});
  EXPECT_GE(outcome.missing, outcome.lost * 9 / 10);
  EXPECT_LE(outcome.missing, outcome.lost + 100);
}

TEST(JitterBufferOnANetwork, FollowsAClockThatRunsFastOrSlow) {
  // 200 ppm: a frame in 100 s.
  const Outcome fast = simulate({.jitter_ms = 5, .clock_skew = 200e-6});
  EXPECT_LE(fast.delay_ms, 110);
  EXPECT_LE(fast.skipped, 30u);
  EXPECT_GE(fast.skipped, 5u);
  const Outcome slow = simulate({.jitter_ms = 5, .clock_skew = -200e-6});
  EXPECT_LE(slow.missing, 60u);
  EXPECT_LE(slow.delay_ms, 110);
}

}  // namespace
}  // namespace cloudvno::rtp
