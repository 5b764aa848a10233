// Counting wrong passwords.
#include "connectors/smpp_customer/gate.hpp"

namespace cloudvno::smpp_customer {
namespace {

using namespace std::chrono_literals;

void fail(Gate& gate, const std::string& address, int times, Micros now = 1s) {
  for (int i = 0; i < times; ++i) gate.failed(address, now);
}

TEST(Gate, BansAnAddressForAWhileAndNoOther) {
  Gate gate;
  fail(gate, "192.0.2.1", Gate::most_failures - 1);
  EXPECT_FALSE(gate.is_banned("192.0.2.1", 1s));
  EXPECT_TRUE(gate.failed("192.0.2.1", 1s));
  EXPECT_TRUE(gate.is_banned("192.0.2.1", 1s));
  EXPECT_FALSE(gate.is_banned("192.0.2.2", 1s));
  EXPECT_FALSE(gate.is_banned("192.0.2.1", 1s + Gate::ban));
}

TEST(Gate, ForgetsFailuresInTime) {
  Gate gate;
  fail(gate, "192.0.2.1", Gate::most_failures - 1);
  fail(gate, "192.0.2.1", Gate::most_failures - 1, 2s + Gate::within);
  EXPECT_FALSE(gate.is_banned("192.0.2.1", 2s + Gate::within));
}

TEST(Gate, TakesANetworkOfIpv6AsOne) {
  Gate gate;
  for (int i = 0; i < Gate::most_failures; ++i) {
    gate.failed("2001:db8:1:2::" + std::to_string(i + 1), 1s);
  }
  EXPECT_TRUE(gate.is_banned("2001:db8:1:2:ffff::1", 1s));
  EXPECT_FALSE(gate.is_banned("2001:db8:1:3::1", 1s));
}

TEST(Gate, RemembersABoundedNumberOfAddresses) {
  Gate gate;
  for (std::size_t i = 0; i < Gate::most_addresses + 100; ++i) {
    gate.failed("address " + std::to_string(i), 1s);
  }
  EXPECT_EQ(gate.size(), Gate::most_addresses);
}

}  // namespace
}  // namespace cloudvno::smpp_customer
