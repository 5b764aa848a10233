// Whom an address is of: one customer has all of an IPv6 network of 64 bits.
#pragma once

#include <string>
#include <string_view>

namespace cloudvno::fraud {

// An IPv4 address as it is; of an IPv6 address its network ("2001:db8::"). Another text as it is.
std::string client_network(std::string_view address);

}  // namespace cloudvno::fraud
