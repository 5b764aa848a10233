// Whether somebody speaks: energy of 20 ms frames against a floor that follows the noise.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/time.hpp"
#include "protocol/media/audio.hpp"

namespace cloudvno::media {

// -42 dBFS: what is quieter is never voice.
inline constexpr std::int64_t voice_energy = 65'000;

// Voice begins after 60 ms above both the fixed threshold and four times the noise floor, and ends
// after 200 ms below half of that, so that it does not flicker at the threshold. The floor sinks at
// once and rises slowly (it doubles in 3 s). Fixed size; pure; one frame of 20 ms a call.
class VoiceDetector {
 public:
  enum class Change : std::uint8_t { none, started, stopped };

  Change frame(SampleView samples) {
    const std::int64_t energy = mean_energy(samples);
    floor_ = std::min(energy, floor_ + floor_ / 216 + 1);
    const std::int64_t threshold = std::max(voice_energy, std::min(floor_ * 4, most_threshold));
    const bool above = energy >= (voice_ ? threshold / 2 : threshold);
    run_ = above == voice_ ? 0 : run_ + 1;
    quiet_ = voice_ ? 0 : quiet_ + 1;
    if (run_ < (voice_ ? frames_to_stop : frames_to_start)) return Change::none;
    run_ = 0;
    voice_ = !voice_;
    // The frames that told the end were quiet themselves.
    quiet_ = voice_ ? 0 : frames_to_stop;
    return voice_ ? Change::started : Change::stopped;
  }
  bool voice() const { return voice_; }
  // Since voice ended, or from the beginning.
  Micros quiet_for() const { return std::chrono::milliseconds(20) * quiet_; }

 private:
  static constexpr int frames_to_start = 3;
  static constexpr int frames_to_stop = 10;
  static constexpr std::int64_t most_threshold = 4'000'000;  // -24 dBFS

  std::int64_t floor_ = 1'000;
  bool voice_ = false;
  int run_ = 0;
  int quiet_ = 0;
};

}  // namespace cloudvno::media
