// Pairs of UDP sockets for RTP and RTCP on neighbouring ports (RFC 3550 section 11).
#pragma once

#include <cstdint>
#include <mutex>

#include "base/result.hpp"
#include "protocol/rtp_io/address.hpp"

namespace cloudvno::rtp_io {

// Owns its two sockets.
class PortPair {
 public:
  PortPair() = default;
  PortPair(int rtp, int rtcp, std::uint16_t port) : rtp_(rtp), rtcp_(rtcp), port_(port) {}
  PortPair(PortPair&& other) noexcept { *this = std::move(other); }
  PortPair& operator=(PortPair&& other) noexcept {
    std::swap(rtp_, other.rtp_);
    std::swap(rtcp_, other.rtcp_);
    std::swap(port_, other.port_);
    return *this;
  }
  ~PortPair();

  int rtp() const { return rtp_; }
  int rtcp() const { return rtcp_; }
  std::uint16_t port() const { return port_; }  // of RTP, even

 private:
  int rtp_ = -1, rtcp_ = -1;
  std::uint16_t port_ = 0;
};

// Takes the pairs of a range in turn, so that one that was given back rests for a round: late
// packets of a call that ended do not reach the next. Thread-safe.
class PortPairs {
 public:
  // Ports `first` to `last`; an odd one at an end is not used.
  PortPairs(const Address& bind, std::uint16_t first, std::uint16_t last);

  // service_unavailable where no pair of the range is free (at most 256 are tried a call).
  Result<PortPair> open();

 private:
  Address bind_;
  std::uint16_t first_;
  std::uint32_t pairs_;
  std::mutex mutex_;
  std::uint32_t next_ = 0;
};

}  // namespace cloudvno::rtp_io
