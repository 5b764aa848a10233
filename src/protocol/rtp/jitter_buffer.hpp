// Evens out the arrival of audio: packets in as they come, 20 ms frames out by the clock.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/time.hpp"

namespace cloudvno::rtp {

inline constexpr std::size_t frame_samples = 160;  // 20 ms at 8 kHz
using Frame = std::array<std::int16_t, frame_samples>;

struct JitterBounds {
  std::int32_t least_samples = 320;   // 40 ms
  std::int32_t most_samples = 1'600;  // 200 ms
};

struct JitterCounts {
  std::uint64_t late = 0;       // came after its time, in packets
  std::uint64_t duplicate = 0;  // nothing new in it
  std::uint64_t missing = 0;    // frames not (wholly) there when they were due
  std::uint64_t skipped = 0;    // frames left out to shorten the delay
  std::uint64_t held = 0;       // frames put in to lengthen it
};

// A ring of samples addressed by RTP timestamp, so packets may hold any number of samples, come in
// any order and twice. What is read runs `delay()` behind what is newest. A packet that comes late
// lengthens the delay by as much (within the bounds) by holding frames back; when for two seconds
// every frame was there well before its time, one frame is left out, a quiet one if there is one.
// A jump of timestamps beyond the ring is followed when a second packet confirms it; a new source
// at once. Of fixed size (24 kB); not thread-safe.
class JitterBuffer {
 public:
  explicit JitterBuffer(JitterBounds bounds = {})
      : bounds_(bounds), target_(bounds.least_samples) {}

  // At most `capacity` / 4 samples (the rest is ignored).
  void push(std::uint32_t ssrc, std::uint32_t timestamp, std::span<const std::int16_t> samples);

  enum class Pop : std::uint8_t {
    frame,    // `out` is audio
    missing,  // audio was due and is not there; `out` holds what there is, zeros elsewhere
    idle,     // nothing was due: before the first packet, or nothing came for half a second
  };
  Pop pop(Frame& out);

  // From a sample's arrival to its being read, as it is now.
  Micros delay() const { return Micros(static_cast<std::int64_t>(level()) * 125); }
  const JitterCounts& counts() const { return counts_; }
  void reset();

 private:
  static constexpr std::uint32_t capacity = 8'192;  // 1.02 s
  static constexpr int shrink_after_frames = 100;
  static constexpr int idle_after_frames = 25;

  std::int32_t level() const;
  void start(std::uint32_t ssrc, std::uint32_t timestamp);
  void store(std::uint32_t timestamp, std::span<const std::int16_t> samples);
  void late(std::int32_t by);
  std::size_t take(Frame& out);
  bool quiet_next() const;
  void shrink_if_long();

  JitterBounds bounds_;
  std::int32_t target_;  // the delay that a source begins with: what the ones before needed
  bool running_ = false;
  std::uint32_t ssrc_ = 0;
  std::uint32_t read_ = 0;    // timestamp of the next sample to be read
  std::uint32_t newest_ = 0;  // one past the newest sample
  std::int32_t hold_ = 0;     // frames still to be held back
  std::uint32_t jump_ = 0;    // where a second packet would confirm a jump
  bool jumped_ = false;
  std::uint64_t played_ = 0;  // of the last frames, the newest in the lowest bit: was it whole?
  std::int32_t least_level_ = 0;
  int frames_ = 0;  // since least_level_ was begun anew
  int empty_ = 0;   // frames in a row with nothing in them
  JitterCounts counts_;
  std::array<std::int16_t, capacity> samples_{};
  std::array<std::uint8_t, capacity> present_{};
};

}  // namespace cloudvno::rtp
