// Reading several datagrams of a socket at once, with the times at which they came.
#pragma once

#include <sys/socket.h>

#include <array>
#include <span>

#include "base/time.hpp"
#include "protocol/rtp_io/address.hpp"

namespace cloudvno::rtp_io {

// The buffers of one thread, made once. What is longer than 1,600 bytes is cut, and then refused as
// no RTP of ours.
class Datagrams {
 public:
  static constexpr std::size_t most = 8;

  Datagrams();
  Datagrams(const Datagrams&) = delete;

  // How many came; at most `most`, and the rest the next time.
  std::size_t read(int socket);

  std::span<std::uint8_t> bytes(std::size_t i) {
    return std::span(buffers_[i]).first(messages_[i].msg_len);
  }
  Address from(std::size_t i) const { return Address(from_[i]); }
  // By the kernel, on the wall clock; `otherwise` where it did not say.
  Time arrival(std::size_t i, Time otherwise);

 private:
  std::array<mmsghdr, most> messages_{};
  std::array<iovec, most> parts_{};
  std::array<sockaddr_in6, most> from_{};
  std::array<std::array<std::uint8_t, 1'600>, most> buffers_;
  struct alignas(cmsghdr) Control {
    std::array<std::uint8_t, 64> bytes;
  };
  std::array<Control, most> controls_;
};

}  // namespace cloudvno::rtp_io
