#include "domain/requests/client_network.hpp"

#include <gtest/gtest.h>

namespace cloudvno::requests {
namespace {

TEST(ClientNetwork, CutsAddressesToTheirNetwork) {
  EXPECT_EQ(client_network("203.0.113.77"), "203.0.113.0/24");
  EXPECT_EQ(client_network("2001:db8:1:2:3:4:5:6"), "2001:db8:1::/48");
  EXPECT_EQ(client_network("::1"), "::/48");
}

TEST(ClientNetwork, TakesAMappedAddressForWhatItIs) {
  EXPECT_EQ(client_network("::ffff:203.0.113.77"), "203.0.113.0/24");
}

TEST(ClientNetwork, SaysNothingOfWhatIsNoAddress) {
  for (const auto* text : {"", "unix", "203.0.113", "203.0.113.77.1", "2001:db8::1%eth0"}) {
    EXPECT_EQ(client_network(text), "") << text;
  }
  EXPECT_EQ(client_network(std::string(10'000, '1')), "");
}

}  // namespace
}  // namespace cloudvno::requests
