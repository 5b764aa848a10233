// Statistics of one received source (RFC 3550 appendices A.1, A.3 and A.8).
#include "protocol/rtp/reception.hpp"

#include <algorithm>
#include <cstdlib>

namespace cloudvno::rtp {
namespace {

constexpr int max_dropout = 3'000;  // a jump further ahead is doubted
constexpr int max_misorder = 100;   // one further behind too
constexpr std::uint32_t no_candidate = 0x10000;

}  // namespace

Verdict Reception::receive(const Header& header, Micros arrival) {
  const int step = ahead(header.sequence, highest_);
  const bool fits = begun_ && header.ssrc == ssrc_ && step < max_dropout && step > -max_misorder;
  if (!fits) {
    const bool confirmed = header.ssrc == candidate_ssrc_ && header.sequence == candidate_next_;
    if (confirmed || (!begun_ && trust_first_)) {
      begin(header, arrival);
      return Verdict::restarted;
    }
    candidate_ssrc_ = header.ssrc;
    candidate_next_ = static_cast<std::uint16_t>(header.sequence + 1);
    return begun_ ? Verdict::invalid : Verdict::probation;
  }
  candidate_next_ = no_candidate;
  if (step > 0) {
    if (header.sequence < highest_) cycles_ += 0x10000;
    highest_ = header.sequence;
  }
  ++received_;
  measure_jitter(header, arrival);
  return Verdict::valid;
}

void Reception::begin(const Header& header, Micros arrival) {
  before_lost_ = lost();
  before_received_ += received_;
  begun_ = true;
  ssrc_ = header.ssrc;
  candidate_next_ = no_candidate;
  highest_ = header.sequence;
  first_ = header.sequence;
  cycles_ = 0;
  received_ = 1;
  reported_expected_ = 0;
  reported_received_ = 0;
  has_transit_ = false;
  last_sr_ = 0;
  measure_jitter(header, arrival);
}

void Reception::measure_jitter(const Header& header, Micros arrival) {
  // Packets of one timestamp (an event's updates) were not sampled when they were sent.
  if (has_transit_ && header.timestamp == transit_timestamp_) return;
  const std::int64_t arrival_units = arrival.count() * clock_rate / 1'000'000;
  const std::int64_t transit =
      static_cast<std::int32_t>(static_cast<std::uint32_t>(arrival_units) - header.timestamp);
  if (has_transit_) {
    const std::int64_t difference =
        std::abs(static_cast<std::int64_t>(static_cast<std::int32_t>(transit - transit_)));
    // A second or more is a jump of the sender's timestamps, not jitter.
    if (difference < static_cast<std::int64_t>(clock_rate)) {
      jitter_times_16_ += difference - ((jitter_times_16_ + 8) >> 4);
    }
  }
  transit_ = transit;
  transit_timestamp_ = header.timestamp;
  has_transit_ = true;
}

std::int64_t Reception::expected() const {
  return begun_ ? static_cast<std::int64_t>(cycles_) + highest_ - first_ + 1 : 0;
}

std::uint64_t Reception::lost() const {
  const std::int64_t missing = expected() - static_cast<std::int64_t>(received_);
  return before_lost_ + static_cast<std::uint64_t>(std::max<std::int64_t>(0, missing));
}

ReportBlock Reception::report(Micros now) {
  ReportBlock block;
  block.ssrc = ssrc_;
  const std::int64_t lost_now = expected() - static_cast<std::int64_t>(received_);
  block.packets_lost =
      static_cast<std::int32_t>(std::clamp<std::int64_t>(lost_now, -0x800000, 0x7fffff));
  const std::int64_t expected_since = expected() - reported_expected_;
  const std::int64_t lost_since =
      expected_since - static_cast<std::int64_t>(received_ - reported_received_);
  reported_expected_ = expected();
  reported_received_ = received_;
  if (expected_since > 0 && lost_since > 0) {
    block.fraction_lost =
        static_cast<std::uint8_t>(std::min<std::int64_t>(255, lost_since * 256 / expected_since));
  }
  block.highest_sequence = cycles_ + highest_;
  block.jitter = static_cast<std::uint32_t>(jitter_times_16_ >> 4);
  block.last_sr = last_sr_;
  if (last_sr_ != 0) {
    block.delay_since_last_sr =
        static_cast<std::uint32_t>((now - last_sr_at_).count() * 65'536 / 1'000'000);
  }
  return block;
}

void Reception::sender_report(const SenderInfo& sender, Micros now) {
  last_sr_ = ntp_middle(sender.ntp);
  last_sr_at_ = now;
}

}  // namespace cloudvno::rtp
