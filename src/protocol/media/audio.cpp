// Energy, mixing and trimming of linear audio.
#include "protocol/media/audio.hpp"

#include <algorithm>

#include "protocol/media/voice_detector.hpp"

namespace cloudvno::media {
namespace {

constexpr std::size_t frame = 160;
constexpr std::size_t margin = 800;

}  // namespace

std::int64_t mean_energy(SampleView samples) {
  if (samples.empty()) return 0;
  std::int64_t sum = 0;
  for (std::int32_t sample : samples) sum += static_cast<std::int64_t>(sample * sample);
  return sum / static_cast<std::int64_t>(samples.size());
}

void mix(SampleView a, SampleView b, std::span<std::int16_t> out) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<std::int16_t>(std::clamp(a[i] + b[i], -32'768, 32'767));
  }
}

SampleView trim_silence(SampleView samples) {
  std::size_t begin = samples.size(), end = 0;
  for (std::size_t at = 0; at < samples.size(); at += frame) {
    const SampleView part = samples.subspan(at, std::min(frame, samples.size() - at));
    if (mean_energy(part) < voice_energy) continue;
    begin = std::min(begin, at);
    end = at + part.size();
  }
  if (begin >= end) return {};
  begin -= std::min(begin, margin);
  end = std::min(samples.size(), end + margin);
  return samples.subspan(begin, end - begin);
}

}  // namespace cloudvno::media
