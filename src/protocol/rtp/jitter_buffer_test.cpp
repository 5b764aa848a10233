// The jitter buffer: order, loss, lateness, jumps and wraps, by scripts of pushes and pops.
#include "protocol/rtp/jitter_buffer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace cloudvno::rtp {
namespace {

using Pop = JitterBuffer::Pop;

// Packet number n is filled with the value n, from `base` on.
void push(JitterBuffer& buffer, int n, std::uint32_t base = 0, std::uint32_t ssrc = 1) {
  const std::vector<std::int16_t> samples(frame_samples, static_cast<std::int16_t>(n));
  buffer.push(ssrc, base + static_cast<std::uint32_t>(n) * 160u, samples);
}
// Pops until a frame of audio; its first sample, or -1 after ten without.
int next_frame(JitterBuffer& buffer) {
  Frame frame;
  for (int i = 0; i < 10; ++i)
    if (buffer.pop(frame) == Pop::frame) return frame[0];
  return -1;
}

TEST(JitterBuffer, WaitsForItsDelayAndThenPlaysInOrder) {
  JitterBuffer buffer;
  Frame frame;
  EXPECT_EQ(buffer.pop(frame), Pop::idle);
  push(buffer, 1);
  EXPECT_EQ(buffer.delay(), std::chrono::milliseconds(60)) << "the packet and 40 ms";
  EXPECT_EQ(buffer.pop(frame), Pop::idle);
  push(buffer, 3);
  EXPECT_EQ(buffer.pop(frame), Pop::idle);
  push(buffer, 2);
  for (int n = 1; n <= 3; ++n) {
    EXPECT_EQ(buffer.pop(frame), Pop::frame);
    EXPECT_EQ(frame[159], n);
  }
}

TEST(JitterBuffer, TellsAMissingFrameAndADuplicate) {
  JitterBuffer buffer;
  push(buffer, 1);
  push(buffer, 1);
  push(buffer, 3);
  EXPECT_EQ(next_frame(buffer), 1);
  Frame frame;
  EXPECT_EQ(buffer.pop(frame), Pop::missing);
  EXPECT_EQ(buffer.pop(frame), Pop::frame);
  EXPECT_EQ(frame[0], 3);
  EXPECT_EQ(buffer.counts().duplicate, 1u);
  EXPECT_EQ(buffer.counts().missing, 1u);
}

TEST(JitterBuffer, LengthensItsDelayAfterALatePacketWithinTheBound) {
  JitterBuffer buffer({320, 640});
  for (int n = 1; n <= 3; ++n) push(buffer, n);
  for (int i = 0; i < 7; ++i) {
    Frame frame;
    buffer.pop(frame);  // two held, three played, two missing
  }
  push(buffer, 4);
  EXPECT_EQ(buffer.counts().late, 1u);
  for (int round = 0; round < 20; ++round) push(buffer, 4);
  push(buffer, 6);
  EXPECT_LE(buffer.delay(), std::chrono::milliseconds(80 + 20));
  Frame frame;
  EXPECT_EQ(buffer.pop(frame), Pop::missing) << "held back";
  EXPECT_EQ(next_frame(buffer), 6);
}

TEST(JitterBuffer, ShortensItsDelayWhenItIsNotNeeded) {
  JitterBuffer buffer({160, 1'600});
  int n = 0;
  while (n < 6) push(buffer, n++);
  Frame frame;
  const Micros before = buffer.delay();
  for (int i = 0; i < 2'000; ++i) {
    push(buffer, n++);
    buffer.pop(frame);
  }
  EXPECT_LT(buffer.delay(), before);
  EXPECT_GE(buffer.delay(), std::chrono::milliseconds(20));
  EXPECT_GT(buffer.counts().skipped, 0u);
  EXPECT_EQ(buffer.counts().missing, 0u);
}

TEST(JitterBuffer, PassesTheWrapOfTimestamps) {
  JitterBuffer buffer;
  const std::uint32_t base = 0u - 320u;
  for (int n = 0; n < 5; ++n) push(buffer, n, base);
  for (int n = 0; n < 5; ++n) EXPECT_EQ(next_frame(buffer), n);
}

TEST(JitterBuffer, FollowsAJumpOnlyWhenConfirmedAndANewSourceAtOnce) {
  JitterBuffer buffer;
  for (int n = 1; n <= 3; ++n) push(buffer, n);
  push(buffer, 90, 1'000'000);
  EXPECT_EQ(next_frame(buffer), 1) << "a stray timestamp does no harm";
  push(buffer, 91, 1'000'000);
  EXPECT_EQ(next_frame(buffer), 91);
  push(buffer, 50, 77, 2);
  EXPECT_EQ(next_frame(buffer), 50);
}

TEST(JitterBuffer, BearsJumpsOfHalfTheRangeOfTimestamps) {
  JitterBuffer buffer;
  for (std::uint32_t base : {0u, 0x8000'0000u, 0u, 0x8000'0000u, 0x8000'0000u})
    push(buffer, 1, base);
  EXPECT_EQ(next_frame(buffer), 1);
}

TEST(JitterBuffer, DoesNotTakeASecondCopyForALatePacket) {
  JitterBuffer buffer;
  Frame frame;
  for (int n = 0; n < 200; ++n) {
    push(buffer, n);
    if (n >= 5) push(buffer, n - 5);
    buffer.pop(frame);
  }
  EXPECT_EQ(buffer.counts().late, 0u);
  EXPECT_GT(buffer.counts().duplicate, 190u);
  EXPECT_LE(buffer.delay(), std::chrono::milliseconds(60));
}

TEST(JitterBuffer, GivesUpWhatIsOldestInABurst) {
  JitterBuffer buffer({160, 800});
  for (int n = 0; n < 20; ++n) push(buffer, n);
  EXPECT_LE(buffer.delay(), std::chrono::milliseconds(100 + 40));
  EXPECT_GE(next_frame(buffer), 13);
}

TEST(JitterBuffer, TakesPacketsOfOtherLengths) {
  JitterBuffer buffer;
  const std::vector<std::int16_t> thirty(240, 5), ten(80, 6);
  buffer.push(1, 0, thirty);
  buffer.push(1, 240, ten);
  EXPECT_EQ(next_frame(buffer), 5);
  Frame frame;
  EXPECT_EQ(buffer.pop(frame), Pop::frame);
  EXPECT_EQ(frame[79], 5);
  EXPECT_EQ(frame[80], 6);
}

TEST(JitterBuffer, GoesIdleWhenNothingComes) {
  JitterBuffer buffer;
  push(buffer, 1);
  EXPECT_EQ(next_frame(buffer), 1);
  Frame frame;
  for (int i = 0; i < 30; ++i) buffer.pop(frame);
  EXPECT_EQ(buffer.pop(frame), Pop::idle);
}

}  // namespace
}  // namespace cloudvno::rtp
