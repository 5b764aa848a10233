// Statistics of one received source: validity of sequence numbers, loss, jitter (RFC 3550
// appendices A.1, A.3 and A.8).
#pragma once

#include <cstdint>

#include "base/time.hpp"
#include "protocol/rtp/packet.hpp"
#include "protocol/rtp/rtcp.hpp"

namespace cloudvno::rtp {

// What became of a packet.
enum class Verdict : std::uint8_t {
  probation,  // counts only when the next one follows it
  valid,
  invalid,    // too far from the others; two such in sequence are a restart
  restarted,  // valid, and the first of a new numbering or a new source
};

// One stream in, whatever sources (SSRC) it has one after the other; a new one is taken after two
// packets in sequence, as is a restart of the numbering. Runs where its owner runs.
class Reception {
 public:
  // The first source is taken at its first packet where `trust_first`: its address is known then.
  explicit Reception(bool trust_first = false) : trust_first_(trust_first) {}

  // `arrival` is of a clock that never goes back.
  Verdict receive(const Header& header, Micros arrival);

  bool begun() const { return begun_; }
  std::uint32_t ssrc() const { return ssrc_; }
  std::uint64_t received() const { return before_received_ + received_; }
  // Expected less received over all sources; not below zero.
  std::uint64_t lost() const;
  Micros jitter() const { return Micros(jitter_times_16_ / 16 * 1'000'000 / clock_rate); }

  // For our report on this source; each call begins the next interval of fraction_lost.
  ReportBlock report(Micros now);
  void sender_report(const SenderInfo& sender, Micros now);

 private:
  void begin(const Header& header, Micros arrival);
  void measure_jitter(const Header& header, Micros arrival);
  std::int64_t expected() const;

  bool trust_first_;
  bool begun_ = false;
  std::uint32_t ssrc_ = 0;
  std::uint32_t candidate_ssrc_ = 0;
  std::uint32_t candidate_next_ = 0x10000;  // the sequence that makes the candidate valid
  std::uint16_t highest_ = 0;
  std::uint32_t cycles_ = 0;  // times 65,536
  std::uint32_t first_ = 0;
  std::uint64_t received_ = 0;
  std::uint64_t before_received_ = 0, before_lost_ = 0;  // of sources before this one
  std::int64_t reported_expected_ = 0;
  std::uint64_t reported_received_ = 0;

  std::int64_t transit_ = 0;
  bool has_transit_ = false;
  std::uint32_t transit_timestamp_ = 0;
  std::int64_t jitter_times_16_ = 0;

  std::uint32_t last_sr_ = 0;
  Micros last_sr_at_{};
};

}  // namespace cloudvno::rtp
