// The table of ranges that are not the public Internet.
#include "platform/net/address_guard.hpp"

#include <ifaddrs.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace cloudvno::net {
namespace {

namespace ip = boost::asio::ip;

struct Refused {
  AddressRange range;
  std::string_view reason;
};

Refused refused(const char* range, std::string_view reason) {
  return {*AddressRange::parse(range), reason};
}

// The IANA IPv4 and IPv6 special-purpose address registries, and what else never is a web server.
const std::vector<Refused>& table() {
  static const std::vector<Refused> all = {
      refused("0.0.0.0/8", "an address of this network"),
      refused("10.0.0.0/8", "a private address"),
      refused("100.64.0.0/10", "an address of carrier-grade NAT"),
      refused("127.0.0.0/8", "a loopback address"),
      refused("169.254.0.0/16", "a link-local address"),
      refused("172.16.0.0/12", "a private address"),
      refused("192.0.0.0/24", "an address of IETF protocol assignments"),
      refused("192.0.2.0/24", "a documentation address"),
      refused("192.31.196.0/24", "an address of AS112"),
      refused("192.52.193.0/24", "an address of AMT"),
      refused("192.88.99.0/24", "an address of 6to4 relays"),
      refused("192.168.0.0/16", "a private address"),
      refused("192.175.48.0/24", "an address of AS112"),
      refused("198.18.0.0/15", "a benchmarking address"),
      refused("198.51.100.0/24", "a documentation address"),
      refused("203.0.113.0/24", "a documentation address"),
      refused("224.0.0.0/4", "a multicast address"),
      refused("240.0.0.0/4", "a reserved address"),
      refused("::/128", "the unspecified address"),
      refused("::1/128", "a loopback address"),
      refused("::ffff:0:0/96", "an IPv4 address in IPv6 form"),
      refused("::/96", "an IPv4 address in IPv6 form"),
      refused("64:ff9b::/96", "an IPv4 address behind NAT64"),
      refused("64:ff9b:1::/48", "an IPv4 address behind NAT64"),
      refused("100::/64", "a discard address"),
      refused("2001::/32", "an IPv4 address in Teredo form"),
      refused("2001:db8::/32", "a documentation address"),
      refused("2001::/23", "an address of IETF protocol assignments"),
      refused("2002::/16", "an IPv4 address in 6to4 form"),
      refused("2620:4f:8000::/48", "an address of AS112"),
      refused("3fff::/20", "a documentation address"),
      refused("fc00::/7", "a private address"),
      refused("fe80::/10", "a link-local address"),
      refused("fec0::/10", "a site-local address"),
      refused("ff00::/8", "a multicast address"),
  };
  return all;
}

bool same_prefix(const std::uint8_t* a, const std::uint8_t* b, unsigned bits) {
  if (std::memcmp(a, b, bits / 8) != 0) return false;
  const unsigned rest = bits % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xff << (8 - rest));
  return ((a[bits / 8] ^ b[bits / 8]) & mask) == 0;
}

}  // namespace

std::optional<AddressRange> AddressRange::parse(std::string_view text) {
  const auto slash = text.find('/');
  boost::system::error_code error;
  AddressRange range;
  range.address = ip::make_address(std::string(text.substr(0, slash)), error);
  if (error) return std::nullopt;
  if (range.address.is_v6() && range.address.to_v6().scope_id() != 0) return std::nullopt;
  const unsigned most = range.address.is_v4() ? 32 : 128;
  range.prefix = most;
  if (slash != std::string_view::npos) {
    const auto digits = text.substr(slash + 1);
    const auto* end = digits.data() + digits.size();
    const auto [stop, fault] = std::from_chars(digits.data(), end, range.prefix);
    if (fault != std::errc() || stop != end || range.prefix > most) return std::nullopt;
  }
  // "10.1.2.3/8" is more likely a slip than meant.
  for (unsigned bit = range.prefix; bit < most; ++bit) {
    const auto at = [bit](const auto& bytes) { return bytes[bit / 8] >> (7 - bit % 8) & 1; };
    const bool is_set = range.address.is_v4() ? at(range.address.to_v4().to_bytes())
                                              : at(range.address.to_v6().to_bytes());
    if (is_set) return std::nullopt;
  }
  return range;
}

bool AddressRange::contains(const ip::address& other) const {
  if (address.is_v4() != other.is_v4()) return false;
  if (address.is_v4()) {
    const auto a = address.to_v4().to_bytes();
    const auto b = other.to_v4().to_bytes();
    return same_prefix(a.data(), b.data(), prefix);
  }
  const auto a = address.to_v6().to_bytes();
  const auto b = other.to_v6().to_bytes();
  return same_prefix(a.data(), b.data(), prefix);
}

AddressGuard::AddressGuard(std::vector<AddressRange> allowed, std::vector<ip::address> own)
    : allowed_(std::move(allowed)), own_(std::move(own)) {}

std::optional<std::string_view> AddressGuard::refusal(const ip::address& address) const {
  if (std::ranges::any_of(allowed_, [&](const auto& range) { return range.contains(address); }))
    return std::nullopt;
  for (const auto& entry : table()) {
    if (entry.range.contains(address)) return entry.reason;
  }
  static const AddressRange global_unicast = *AddressRange::parse("2000::/3");
  if (address.is_v6() && !global_unicast.contains(address)) return "a reserved address";
  const auto is_it = [&](const ip::address& own) {
    return own.is_v4() == address.is_v4() &&
           (own.is_v4() ? own == address : own.to_v6().to_bytes() == address.to_v6().to_bytes());
  };
  if (std::ranges::any_of(own_, is_it)) return "an address of this host";
  return std::nullopt;
}

std::vector<ip::address> interface_addresses() {
  std::vector<ip::address> all;
  ifaddrs* first = nullptr;
  if (getifaddrs(&first) != 0) return all;
  for (const auto* entry = first; entry; entry = entry->ifa_next) {
    if (!entry->ifa_addr) continue;
    if (entry->ifa_addr->sa_family == AF_INET) {
      sockaddr_in address{};
      std::memcpy(&address, entry->ifa_addr, sizeof address);
      all.emplace_back(ip::address_v4(ntohl(address.sin_addr.s_addr)));
    } else if (entry->ifa_addr->sa_family == AF_INET6) {
      sockaddr_in6 address{};
      std::memcpy(&address, entry->ifa_addr, sizeof address);
      ip::address_v6::bytes_type bytes;
      std::memcpy(bytes.data(), &address.sin6_addr, bytes.size());
      all.emplace_back(ip::address_v6(bytes));
    }
  }
  freeifaddrs(first);
  return all;
}

}  // namespace cloudvno::net
