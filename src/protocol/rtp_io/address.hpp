// An IPv4 or IPv6 address with a port, as sockets take it.
#pragma once

#include <netinet/in.h>

#include <cstring>
#include <optional>
#include <string>

namespace cloudvno::rtp_io {

class Address {
 public:
  Address() { any_.sin6_family = AF_UNSPEC; }
  explicit Address(const sockaddr_in6& raw) : any_(raw) {}

  // "192.0.2.1" or "2001:db8::1", no name; nothing for anything else.
  static std::optional<Address> parse(const std::string& text, std::uint16_t port);

  bool is_set() const { return family() != AF_UNSPEC; }
  int family() const { return any_.sin6_family; }
  std::uint16_t port() const { return ntohs(any_.sin6_port); }
  Address with_port(std::uint16_t port) const;
  bool same_host(const Address& other) const;
  bool operator==(const Address& other) const {
    return any_.sin6_port == other.any_.sin6_port && same_host(other);
  }

  const sockaddr* data() const { return reinterpret_cast<const sockaddr*>(&any_); }
  socklen_t size() const {
    return family() == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
  }

 private:
  sockaddr_in v4() const {
    sockaddr_in v4;
    std::memcpy(&v4, &any_, sizeof v4);
    return v4;
  }

  // Holds a sockaddr_in in its first bytes where the family says so; both have the port at one
  // place.
  sockaddr_in6 any_{};
};

}  // namespace cloudvno::rtp_io
