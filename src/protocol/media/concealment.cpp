// Packet loss concealment in the manner of ITU-T G.711 Appendix I.
#include "protocol/media/concealment.hpp"

#include <algorithm>
#include <cmath>

namespace cloudvno::media {
namespace {

constexpr std::size_t shortest_period = 40, longest_period = 120;  // 200 and 66 Hz
constexpr std::size_t window = 160;
constexpr std::int32_t full_until = 80;    // 10 ms at full level,
constexpr std::int32_t silent_from = 480;  // then down to nothing at 60 ms

}  // namespace

void Concealment::remember(SampleView frame) {
  const std::size_t count = std::min(frame.size(), history_size);
  std::shift_left(history_.begin(), history_.end(), static_cast<std::ptrdiff_t>(count));
  std::ranges::copy(frame.last(count), history_.end() - static_cast<std::ptrdiff_t>(count));
}

// The lag at which the last 20 ms resemble what was before them most (normalised correlation).
std::size_t Concealment::find_period() const {
  const std::int16_t* end = history_.data() + history_size;
  const std::int16_t* recent = end - window;
  std::size_t best = longest_period;
  double best_score = 0;
  for (std::size_t lag = shortest_period; lag <= longest_period; ++lag) {
    std::int64_t product = 0, energy = 1;
    for (std::size_t i = 0; i < window; ++i) {
      const std::int64_t before = recent[static_cast<std::ptrdiff_t>(i - lag)];
      product += before * recent[i];
      energy += before * before;
    }
    if (product <= 0) continue;
    const double score = static_cast<double>(product) / std::sqrt(static_cast<double>(energy));
    // A multiple of the period scores the same within rounding; the shortest is wanted.
    if (score > best_score * 1.001) {
      best_score = score;
      best = lag;
    }
  }
  return best;
}

std::int16_t Concealment::next_sample() {
  const std::int32_t fade = std::clamp(silent_from - made_, 0, silent_from - full_until);
  const std::int32_t sample = history_[history_size - period_ + at_];
  at_ = (at_ + 1) % period_;
  ++made_;
  return static_cast<std::int16_t>(sample * fade / (silent_from - full_until));
}

void Concealment::lost(std::span<std::int16_t> out) {
  if (made_ == 0) {
    period_ = find_period();
    at_ = 0;
  }
  if (made_ >= silent_from) {
    std::ranges::fill(out, std::int16_t{0});
    return;
  }
  for (std::int16_t& sample : out) sample = next_sample();
}

void Concealment::good(std::span<std::int16_t> frame) {
  if (made_ != 0) {
    for (std::size_t i = 0; i < std::min(blend, frame.size()); ++i) {
      const auto share = static_cast<std::int32_t>(i + 1);
      const std::int32_t total = static_cast<std::int32_t>(blend) + 1;
      frame[i] =
          static_cast<std::int16_t>((frame[i] * share + next_sample() * (total - share)) / total);
    }
    made_ = 0;
  }
  remember(frame);
}

}  // namespace cloudvno::media
