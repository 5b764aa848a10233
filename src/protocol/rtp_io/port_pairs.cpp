// Pairs of UDP sockets for RTP and RTCP on neighbouring ports.
#include "protocol/rtp_io/port_pairs.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "base/random.hpp"

namespace cloudvno::rtp_io {
namespace {

constexpr std::uint32_t most_tries = 256;
constexpr int expedited_forwarding = 46 << 2;  // RFC 3246

int open_socket(const Address& address) {
  const int socket = ::socket(address.family(), SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket < 0) return -1;
  const int on = 1;
  // The marks help where networks honour them; nothing depends on them.
  if (address.family() == AF_INET) {
    ::setsockopt(socket, IPPROTO_IP, IP_TOS, &expedited_forwarding, sizeof expedited_forwarding);
  } else {
    ::setsockopt(socket, IPPROTO_IPV6, IPV6_TCLASS, &expedited_forwarding,
                 sizeof expedited_forwarding);
    ::setsockopt(socket, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  }
  // Jitter is measured by when packets came, not by when we looked.
  ::setsockopt(socket, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  if (::bind(socket, address.data(), address.size()) == 0) return socket;
  ::close(socket);
  return -1;
}

}  // namespace

PortPair::~PortPair() {
  if (rtp_ >= 0) ::close(rtp_);
  if (rtcp_ >= 0) ::close(rtcp_);
}

PortPairs::PortPairs(const Address& bind, std::uint16_t first, std::uint16_t last)
    : bind_(bind), first_(static_cast<std::uint16_t>(first + first % 2)) {
  const int count = (static_cast<int>(last) - first_ + 1) / 2;
  pairs_ = static_cast<std::uint32_t>(std::max(0, count));
  // Not the same port first after each start.
  if (pairs_ != 0) next_ = static_cast<std::uint32_t>(random_u64() % pairs_);
}

Result<PortPair> PortPairs::open() {
  const std::lock_guard lock(mutex_);
  for (std::uint32_t tries = 0; tries < std::min(pairs_, most_tries); ++tries) {
    const auto port = static_cast<std::uint16_t>(first_ + 2 * next_);
    next_ = (next_ + 1) % pairs_;
    const int rtp = open_socket(bind_.with_port(port));
    if (rtp < 0) continue;
    const int rtcp = open_socket(bind_.with_port(static_cast<std::uint16_t>(port + 1)));
    if (rtcp >= 0) return PortPair(rtp, rtcp, port);
    ::close(rtp);
  }
  return fault("no media port is free", Errc::service_unavailable);
}

}  // namespace cloudvno::rtp_io
