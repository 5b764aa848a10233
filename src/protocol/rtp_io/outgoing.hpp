// The numbering of what one stream sends, whoever makes the audio (RFC 3550 section 5.1).
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/random.hpp"
#include "base/time.hpp"
#include "protocol/rtp/packet.hpp"

namespace cloudvno::rtp_io {

// One SSRC from the stream's beginning to its end: prompts, relayed packets and digits follow each
// other in one numbering, and timestamps keep up with the clock over pauses.
class Outgoing {
 public:
  Outgoing()
      : ssrc_(static_cast<std::uint32_t>(random_u64())),
        sequence_(static_cast<std::uint16_t>(random_u64() & 0x7fff)),
        timestamp_(static_cast<std::uint32_t>(random_u64())) {}

  std::uint32_t ssrc() const { return ssrc_; }
  std::uint32_t timestamp() const { return timestamp_; }
  std::uint64_t packets() const { return packets_; }
  std::uint64_t bytes() const { return bytes_; }

  // Steps over time in which nothing was sent. True: there was such, so a marker is due.
  bool catch_up(Micros now) {
    const Micros gap = now - last_;
    if (packets_ != 0 && gap <= std::chrono::milliseconds(70)) return false;
    if (packets_ != 0) {
      const std::int64_t samples = gap.count() / 125 - 160;
      timestamp_ += static_cast<std::uint32_t>(samples);
    }
    return true;
  }

  // Of our own making: the next packet.
  rtp::Header next(std::uint8_t payload_type, bool marker, std::size_t payload, Micros now) {
    count(payload, now);
    return {payload_type, marker, sequence_++, timestamp_, ssrc_};
  }
  void advance(std::uint32_t samples) { timestamp_ += samples; }

  // Relayed: numbers given by the other leg, which ours go on from.
  void relayed(std::uint16_t sequence, std::uint32_t end, std::size_t payload, Micros now) {
    count(payload, now);
    if (rtp::ahead(static_cast<std::uint16_t>(sequence + 1), sequence_) > 0) {
      sequence_ = static_cast<std::uint16_t>(sequence + 1);
    }
    if (rtp::ahead(end, timestamp_) > 0) timestamp_ = end;
  }
  std::uint16_t sequence() const { return sequence_; }

 private:
  void count(std::size_t payload, Micros now) {
    ++packets_;
    bytes_ += payload;
    last_ = now;
  }

  std::uint32_t ssrc_;
  std::uint16_t sequence_;
  std::uint32_t timestamp_;
  std::uint64_t packets_ = 0, bytes_ = 0;
  Micros last_{};
};

}  // namespace cloudvno::rtp_io
