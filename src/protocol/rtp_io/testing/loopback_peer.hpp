// A phone in tests: one UDP socket on loopback, driven by the packets that it gets.
#pragma once

#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <optional>

#include "base/invariant.hpp"
#include "protocol/rtp_io/testing/fake_host.hpp"

namespace cloudvno::rtp_io::testing {

class LoopbackPeer {
 public:
  explicit LoopbackPeer(std::uint32_t ssrc) : numbers_{{}, ssrc} {
    socket_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const Address any = *Address::parse("127.0.0.1", 0);
    sockaddr_in6 bound{};
    socklen_t size = sizeof bound;
    invariant(::bind(socket_, any.data(), any.size()) == 0, "the peer's socket is bound");
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&bound), &size);
    address_ = Address(bound);
    const timeval deadline{5, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline);
  }
  LoopbackPeer(const LoopbackPeer&) = delete;
  ~LoopbackPeer() { ::close(socket_); }

  const Address& address() const { return address_; }
  FakePeer& numbers() { return numbers_; }

  void send(std::uint16_t port, ByteView bytes) {
    const Address to = *Address::parse("127.0.0.1", port);
    ::sendto(socket_, bytes.data(), bytes.size(), 0, to.data(), to.size());
  }
  void speak(std::uint16_t port, std::uint8_t fill) { send(port, numbers_.packet(0, fill)); }

  // The next datagram of either kind; nothing after five seconds.
  std::optional<Bytes> receive() {
    Bytes bytes(2'000);
    const ssize_t count = ::recv(socket_, bytes.data(), bytes.size(), 0);
    if (count < 0) return {};
    bytes.resize(static_cast<std::size_t>(count));
    return bytes;
  }
  // Speaks one packet for each that comes, until one of them satisfies; false after 500 others.
  template <class Wanted>
  bool talk_until(std::uint16_t port, std::uint8_t fill, Wanted wanted) {
    for (int i = 0; i < 500; ++i) {
      const auto bytes = receive();
      if (!bytes) return false;
      if (rtp::is_rtcp(*bytes)) continue;
      if (wanted(*rtp::parse_packet(*bytes))) return true;
      speak(port, fill);
    }
    return false;
  }

 private:
  int socket_ = -1;
  Address address_;
  FakePeer numbers_;
};

}  // namespace cloudvno::rtp_io::testing
