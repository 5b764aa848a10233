// Audio as this program has it: 16-bit linear samples, mono, 8 kHz.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace cloudvno::media {

using Samples = std::vector<std::int16_t>;
using SampleView = std::span<const std::int16_t>;

// The longest audio that is decoded whole: an hour. What is longer is refused, since decoded audio
// lies in memory.
inline constexpr std::size_t most_samples = 28'800'000;

// The mean square; 32,768² is a full-scale square wave.
std::int64_t mean_energy(SampleView samples);

// The sum of two channels, not beyond full scale; all three of one length.
void mix(SampleView a, SampleView b, std::span<std::int16_t> out);

// Without the silence at both ends, but for a tenth of a second of it; empty where all is silent.
SampleView trim_silence(SampleView samples);

}  // namespace cloudvno::media
