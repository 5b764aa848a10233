// Packet loss concealment in the manner of ITU-T G.711 Appendix I: the last pitch period goes on,
// and fades.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "protocol/media/audio.hpp"

namespace cloudvno::media {

// One frame of 20 ms a call. The first lost frame repeats the last period of the voice (5 to 15 ms,
// found by correlation), the next ones fade it, and from 60 ms on there is silence. The first good
// frame after a loss is blended in over 4 ms, against a click. Fixed size; pure.
class Concealment {
 public:
  void good(std::span<std::int16_t> frame);
  void lost(std::span<std::int16_t> out);

 private:
  static constexpr std::size_t history_size = 400;  // 50 ms
  static constexpr std::size_t blend = 32;

  std::size_t find_period() const;
  void remember(SampleView frame);
  std::int16_t next_sample();

  std::array<std::int16_t, history_size> history_{};
  std::size_t period_ = 0;
  std::size_t at_ = 0;     // within the period
  std::int32_t made_ = 0;  // samples made since the loss began
};

}  // namespace cloudvno::media
