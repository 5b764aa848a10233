// Cutting addresses.
#include "domain/requests/client_network.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace cloudvno::requests {
namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

std::string print(int family, const std::uint8_t* bytes, std::string_view length) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(family, bytes, text.data(), text.size());
  return std::string(text.data()).append(length);
}

}  // namespace

std::string client_network(std::string_view address) {
  const std::string text(address.substr(0, INET6_ADDRSTRLEN));
  std::array<std::uint8_t, 16> bytes{};
  if (::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) {
    bytes[3] = 0;
    return print(AF_INET, bytes.data(), "/24");
  }
  if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return {};
  if (std::ranges::equal(mapped_prefix, std::span(bytes).first(mapped_prefix.size()))) {
    bytes[15] = 0;
    return print(AF_INET, bytes.data() + mapped_prefix.size(), "/24");
  }
  std::fill(bytes.begin() + 6, bytes.end(), std::uint8_t{0});
  return print(AF_INET6, bytes.data(), "/48");
}

}  // namespace cloudvno::requests
