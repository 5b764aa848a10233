// The network that an address lies in, which says where a client is without saying who.
#pragma once

#include <string>
#include <string_view>

namespace cloudvno::requests {

// "203.0.113.77" → "203.0.113.0/24", "2001:db8:1:2::3" → "2001:db8:1::/48"; an IPv4 address mapped
// into IPv6 (RFC 4291 section 2.5.5.2) counts as IPv4. Empty for what is no address.
std::string client_network(std::string_view address);

}  // namespace cloudvno::requests
