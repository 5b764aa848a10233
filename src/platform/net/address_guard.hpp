// Which addresses a request to a customer's URL may reach: global ones, and what the operator
// allows.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace cloudvno::net {

// "10.1.0.0/16", "fd00::/8", or one address.
struct AddressRange {
  boost::asio::ip::address address;
  unsigned prefix = 0;  // bits

  // Nothing where it is none; bits beyond the prefix have to be zero.
  static std::optional<AddressRange> parse(std::string_view text);
  bool contains(const boost::asio::ip::address& other) const;  // never across IP versions
};

// Judges an address after name resolution and before the connection. Refused: the host's own
// addresses and all that the IANA special-purpose registries (RFC 6890) do not make globally
// reachable, IPv6 forms that embed an IPv4 address among them; the IPv6 space outside 2000::/3 is
// refused whole. A range that the operator allows wins over every refusal.
//
// Constant after construction: usable from any thread.
class AddressGuard {
 public:
  // `own` are this host's addresses (see interface_addresses), refused even where global.
  explicit AddressGuard(std::vector<AddressRange> allowed = {},
                        std::vector<boost::asio::ip::address> own = {});

  // Nothing if it may be connected to; else why not: "a loopback address".
  std::optional<std::string_view> refusal(const boost::asio::ip::address& address) const;

  // True if an operator's range lets loopback or private addresses through, which the trust page
  // has to show.
  bool is_opened() const { return !allowed_.empty(); }

 private:
  std::vector<AddressRange> allowed_;
  std::vector<boost::asio::ip::address> own_;
};

// The addresses of this host's interfaces.
std::vector<boost::asio::ip::address> interface_addresses();

}  // namespace cloudvno::net
