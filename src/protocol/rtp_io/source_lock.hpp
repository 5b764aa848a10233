// Which source a stream listens to: symmetric RTP (RFC 4961), learned once and then held on to.
#pragma once

#include <cstdint>

#include "base/time.hpp"
#include "protocol/rtp/packet.hpp"
#include "protocol/rtp_io/address.hpp"

namespace cloudvno::rtp_io {

// The signalled address is locked by its first packet; any other source, where the peer may be
// behind a NAT, by two packets in sequence. Then all others are refused, so that nobody who guesses
// the port hears or speaks. Unlocked by a new signalled address; or taken over, where that is
// allowed, after two seconds of silence.
class SourceLock {
 public:
  void expect(const Address& signalled, bool symmetric, bool relearn) {
    if (!(signalled == signalled_) || !symmetric) locked_ = {};
    signalled_ = signalled;
    symmetric_ = symmetric;
    relearn_ = relearn;
    candidate_ = {};
  }

  // False: the packet is to be dropped.
  bool accept(const Address& from, const rtp::Header& header, Micros now) {
    if (locked_.is_set()) {
      if (from == locked_) {
        last_ = now;
        return true;
      }
      if (!relearn_ || now - last_ < relearn_after) return refuse();
    }
    if (from == signalled_) return lock(from, now);
    if (!symmetric_) return refuse();
    const bool confirmed =
        from == candidate_ && header.ssrc == candidate_ssrc_ && header.sequence == candidate_next_;
    if (confirmed) return lock(from, now);
    candidate_ = from;
    candidate_ssrc_ = header.ssrc;
    candidate_next_ = static_cast<std::uint16_t>(header.sequence + 1);
    return false;
  }

  // Where our packets go.
  const Address& destination() const { return locked_.is_set() ? locked_ : signalled_; }
  std::uint64_t refused() const { return refused_; }

 private:
  static constexpr Micros relearn_after = std::chrono::seconds(2);

  bool lock(const Address& from, Micros now) {
    locked_ = from;
    last_ = now;
    candidate_ = {};
    return true;
  }
  bool refuse() {
    ++refused_;
    return false;
  }

  Address signalled_, locked_, candidate_;
  bool symmetric_ = true, relearn_ = true;
  std::uint32_t candidate_ssrc_ = 0;
  std::uint16_t candidate_next_ = 0;
  Micros last_{};
  std::uint64_t refused_ = 0;
};

}  // namespace cloudvno::rtp_io
