// Addresses and their networks.
#include "domain/fraud/client_network.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>

namespace cloudvno::fraud {

std::string client_network(std::string_view address) {
  if (!address.contains(':')) return std::string(address);
  boost::system::error_code error;
  const auto parsed = boost::asio::ip::make_address_v6(std::string(address), error);
  if (error) return std::string(address);
  auto octets = parsed.to_bytes();
  std::fill(octets.begin() + 8, octets.end(), 0);
  return boost::asio::ip::address_v6(octets).to_string();
}

}  // namespace cloudvno::fraud
