// How a call sounded, reckoned from what the network did (ITU-T G.107, simplified).
#include "protocol/rtp/quality.hpp"

#include <algorithm>

namespace cloudvno::rtp {

double mean_opinion_score(double loss, Micros delay) {
  const double ms = static_cast<double>(std::max<std::int64_t>(0, delay.count())) / 1'000;
  const double percent = std::clamp(loss, 0.0, 1.0) * 100;
  const double delay_impairment = 0.024 * ms + 0.11 * std::max(0.0, ms - 177.3);
  const double equipment_impairment = 95 * percent / (percent + 25.1);
  const double r = std::clamp(93.2 - delay_impairment - equipment_impairment, 0.0, 100.0);
  const double score = 1 + 0.035 * r + 7e-6 * r * (r - 60) * (100 - r);
  return std::clamp(score, 1.0, 4.5);
}

Micros one_way_delay(Micros round_trip, Micros jitter) {
  return round_trip / 2 + std::chrono::milliseconds(20) + 2 * jitter;
}

}  // namespace cloudvno::rtp
