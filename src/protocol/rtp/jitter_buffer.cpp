// Evens out the arrival of audio: packets in as they come, 20 ms frames out by the clock.
#include "protocol/rtp/jitter_buffer.hpp"

#include <algorithm>
#include <cstdlib>

#include "protocol/rtp/packet.hpp"

namespace cloudvno::rtp {
namespace {

constexpr auto frame_length = static_cast<std::int32_t>(frame_samples);
constexpr int quiet_amplitude = 200;  // of 32,768: about -44 dBFS

// Beyond what the ring holds. Not by abs(), which the most negative distance has none of.
bool is_far(std::int32_t distance) {
  constexpr std::int32_t most = 4'096;
  return distance > most || distance < -most;
}

std::int32_t whole_frames(std::int32_t samples) {
  return (samples + frame_length - 1) / frame_length;
}

}  // namespace

void JitterBuffer::reset() {
  running_ = false;
  present_.fill(0);
}

void JitterBuffer::start(std::uint32_t ssrc, std::uint32_t timestamp) {
  present_.fill(0);
  running_ = true;
  ssrc_ = ssrc;
  target_ = std::clamp(target_, bounds_.least_samples, bounds_.most_samples);
  read_ = timestamp;
  newest_ = timestamp;
  // The delay is made by waiting before the first frame.
  hold_ = target_ / frame_length;
  jumped_ = false;
  played_ = 0;
  least_level_ = bounds_.most_samples;
  frames_ = 0;
  empty_ = 0;
}

std::int32_t JitterBuffer::level() const {
  return running_ ? std::max(0, ahead(newest_, read_)) + hold_ * frame_length : 0;
}

void JitterBuffer::push(std::uint32_t ssrc, std::uint32_t timestamp,
                        std::span<const std::int16_t> samples) {
  samples = samples.first(std::min<std::size_t>(samples.size(), capacity / 4));
  if (samples.empty()) return;
  if (!running_ || ssrc != ssrc_) start(ssrc, timestamp);

  if (is_far(ahead(timestamp, read_))) {
    const bool confirmed = jumped_ && !is_far(ahead(timestamp, jump_));
    jumped_ = true;
    jump_ = timestamp;
    if (!confirmed) return;
    start(ssrc, timestamp);
  }
  jumped_ = false;

  const auto length = static_cast<std::int32_t>(samples.size());
  const std::int32_t behind = ahead(read_, timestamp);
  if (behind > 0) {
    // One that was played already tells nothing of the network's delay.
    const std::int32_t frame = (behind - 1) / frame_length;
    const bool played = frame < 64 && (played_ >> frame & 1) != 0;
    if (played) ++counts_.duplicate;
    if (!played) late(behind);
    if (behind >= length) return;
    samples = samples.subspan(static_cast<std::size_t>(behind));
    timestamp = read_;
  }
  store(timestamp, samples);
  // More than the longest delay ahead: a burst after a stall; what is oldest is given up.
  while (ahead(newest_, read_) > bounds_.most_samples + 2 * frame_length) {
    Frame dropped;
    take(dropped);
    hold_ = 0;
    ++counts_.skipped;
  }
}

void JitterBuffer::store(std::uint32_t timestamp, std::span<const std::int16_t> samples) {
  bool new_sample = false;
  for (std::uint32_t i = 0; i < samples.size(); ++i) {
    const std::uint32_t at = (timestamp + i) % capacity;
    new_sample |= present_[at] == 0;
    samples_[at] = samples[i];
    present_[at] = 1;
  }
  if (!new_sample) ++counts_.duplicate;
  const std::uint32_t end = timestamp + static_cast<std::uint32_t>(samples.size());
  if (ahead(end, newest_) > 0) newest_ = end;
}

// Too late by that many samples: the delay grows by as much, to its bound.
void JitterBuffer::late(std::int32_t by) {
  ++counts_.late;
  const std::int32_t ahead_now = std::max(0, ahead(newest_, read_));
  const std::int32_t room = std::max(0, bounds_.most_samples - ahead_now) / frame_length;
  // Of several late packets of one delay only the first adds to it.
  hold_ = std::max(hold_, std::min(whole_frames(by), room));
  target_ = std::clamp(level(), target_, bounds_.most_samples);
  least_level_ = 0;
}

std::size_t JitterBuffer::take(Frame& out) {
  std::size_t there = 0;
  for (std::uint32_t i = 0; i < frame_samples; ++i) {
    const std::uint32_t at = (read_ + i) % capacity;
    out[i] = present_[at] != 0 ? samples_[at] : std::int16_t{0};
    there += present_[at];
    present_[at] = 0;
  }
  read_ += static_cast<std::uint32_t>(frame_samples);
  played_ = played_ << 1 | static_cast<std::uint64_t>(there == frame_samples);
  if (ahead(newest_, read_) < 0) newest_ = read_;
  return there;
}

JitterBuffer::Pop JitterBuffer::pop(Frame& out) {
  if (!running_) {
    out.fill(0);
    return Pop::idle;
  }
  if (hold_ > 0) {
    --hold_;
    ++counts_.held;
    out.fill(0);
    // Before the first frame nothing is missing.
    return frames_ == 0 ? Pop::idle : Pop::missing;
  }
  shrink_if_long();
  const std::size_t there = take(out);
  ++frames_;
  least_level_ = std::min(least_level_, ahead(newest_, read_));
  if (there == frame_samples) {
    empty_ = 0;
    return Pop::frame;
  }
  empty_ = there == 0 ? empty_ + 1 : 0;
  if (empty_ > idle_after_frames) return Pop::idle;
  ++counts_.missing;
  return Pop::missing;
}

bool JitterBuffer::quiet_next() const {
  for (std::uint32_t i = 0; i < frame_samples; ++i) {
    if (std::abs(samples_[(read_ + i) % capacity]) > quiet_amplitude) return false;
  }
  return true;
}

void JitterBuffer::shrink_if_long() {
  if (frames_ < shrink_after_frames) return;
  // A frame in hand is spare where at all times one more than the least delay needs was there.
  const bool spare = least_level_ > bounds_.least_samples;
  if (spare && !quiet_next() && frames_ < 2 * shrink_after_frames) return;
  if (spare) {
    Frame dropped;
    take(dropped);
    ++counts_.skipped;
    target_ = std::max(bounds_.least_samples, target_ - frame_length);
  }
  frames_ = 1;
  least_level_ = bounds_.most_samples;
}

}  // namespace cloudvno::rtp
