// An IPv4 or IPv6 address with a port, as sockets take it.
#include "protocol/rtp_io/address.hpp"

#include <arpa/inet.h>

#include <cstring>

namespace cloudvno::rtp_io {

static_assert(offsetof(sockaddr_in, sin_port) == offsetof(sockaddr_in6, sin6_port));

std::optional<Address> Address::parse(const std::string& text, std::uint16_t port) {
  Address address;
  if (::inet_pton(AF_INET6, text.c_str(), &address.any_.sin6_addr) == 1) {
    address.any_.sin6_family = AF_INET6;
    address.any_.sin6_port = htons(port);
    return address;
  }
  sockaddr_in v4{};
  if (::inet_pton(AF_INET, text.c_str(), &v4.sin_addr) != 1) return {};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port);
  address.any_ = {};
  std::memcpy(&address.any_, &v4, sizeof v4);
  return address;
}

Address Address::with_port(std::uint16_t port) const {
  Address other = *this;
  other.any_.sin6_port = htons(port);
  return other;
}

bool Address::same_host(const Address& other) const {
  if (family() != other.family()) return false;
  if (family() == AF_INET) return v4().sin_addr.s_addr == other.v4().sin_addr.s_addr;
  return std::memcmp(&any_.sin6_addr, &other.any_.sin6_addr, sizeof any_.sin6_addr) == 0;
}

}  // namespace cloudvno::rtp_io
