// Every range of the guard, at its edges.
#include "platform/net/address_guard.hpp"

#include <gtest/gtest.h>

namespace cloudvno::net {
namespace {

namespace ip = boost::asio::ip;

ip::address address(const char* text) {
  return ip::make_address(text);
}

TEST(AddressGuard, RefusesWhatIsNotThePublicInternet) {
  const AddressGuard guard;
  const std::pair<const char*, const char*> cases[] = {
      {"0.0.0.0", "an address of this network"},
      {"0.255.255.255", "an address of this network"},
      {"10.0.0.0", "a private address"},
      {"10.255.255.255", "a private address"},
      {"100.64.0.0", "an address of carrier-grade NAT"},
      {"100.127.255.255", "an address of carrier-grade NAT"},
      {"127.0.0.1", "a loopback address"},
      {"127.255.255.254", "a loopback address"},
      {"169.254.0.1", "a link-local address"},
      {"169.254.169.254", "a link-local address"},  // cloud metadata
      {"172.16.0.0", "a private address"},
      {"172.31.255.255", "a private address"},
      {"192.0.0.1", "an address of IETF protocol assignments"},
      {"192.0.0.170", "an address of IETF protocol assignments"},
      {"192.0.2.1", "a documentation address"},
      {"192.88.99.1", "an address of 6to4 relays"},
      {"192.168.0.0", "a private address"},
      {"192.168.255.255", "a private address"},
      {"198.18.0.0", "a benchmarking address"},
      {"198.19.255.255", "a benchmarking address"},
      {"198.51.100.7", "a documentation address"},
      {"203.0.113.255", "a documentation address"},
      {"224.0.0.1", "a multicast address"},
      {"239.255.255.255", "a multicast address"},
      {"240.0.0.1", "a reserved address"},
      {"255.255.255.255", "a reserved address"},
      {"::", "the unspecified address"},
      {"::1", "a loopback address"},
      {"::2", "an IPv4 address in IPv6 form"},
      {"::127.0.0.1", "an IPv4 address in IPv6 form"},
      {"::8.8.8.8", "an IPv4 address in IPv6 form"},
      {"::ffff:127.0.0.1", "an IPv4 address in IPv6 form"},
      {"::ffff:8.8.8.8", "an IPv4 address in IPv6 form"},
      {"::ffff:0:127.0.0.1", "a reserved address"},  // SIIT (RFC 2765)
      {"64:ff9b::7f00:1", "an IPv4 address behind NAT64"},
      {"64:ff9b::808:808", "an IPv4 address behind NAT64"},
      {"64:ff9b:1::a00:1", "an IPv4 address behind NAT64"},
      {"100::1", "a discard address"},
      {"2001::1", "an IPv4 address in Teredo form"},
      {"2001:0:53aa:64c:0:fbff:abcd:1", "an IPv4 address in Teredo form"},
      {"2001:2::1", "an address of IETF protocol assignments"},
      {"2001:10::1", "an address of IETF protocol assignments"},
      {"2001:1ff:ffff::1", "an address of IETF protocol assignments"},
      {"2001:db8::1", "a documentation address"},
      {"2001:db8:ffff:ffff::1", "a documentation address"},
      {"2002:7f00:1::", "an IPv4 address in 6to4 form"},
      {"2002:808:808::1", "an IPv4 address in 6to4 form"},
      {"3fff::1", "a documentation address"},
      {"5f00::1", "a reserved address"},
      {"4000::1", "a reserved address"},
      {"e000::1", "a reserved address"},
      {"fc00::1", "a private address"},
      {"fdff:ffff::1", "a private address"},
      {"fe80::1", "a link-local address"},
      {"fe80::1%1", "a link-local address"},
      {"febf::1", "a link-local address"},
      {"fec0::1", "a site-local address"},
      {"feff::1", "a site-local address"},
      {"ff02::1", "a multicast address"},
      {"ff0e::1", "a multicast address"},
  };
  for (const auto& [text, reason] : cases) EXPECT_EQ(guard.refusal(address(text)), reason) << text;
}

TEST(AddressGuard, LetsThePublicInternetThrough) {
  const AddressGuard guard;
  for (const auto* text : {"1.1.1.1",         "8.8.8.8",
                           "9.255.255.255",   "11.0.0.0",
                           "100.63.255.255",  "100.128.0.0",
                           "126.255.255.255", "128.0.0.1",
                           "169.253.255.255", "169.255.0.0",
                           "172.15.255.255",  "172.32.0.0",
                           "191.255.255.255", "192.0.1.0",
                           "192.0.3.0",       "192.167.255.255",
                           "192.169.0.0",     "198.17.255.255",
                           "198.20.0.0",      "203.0.112.255",
                           "203.0.114.0",     "223.255.255.255",
                           "2001:200::1",     "2001:4860:4860::8888",
                           "2003::1",         "2606:4700:4700::1111",
                           "3ffe::1",         "2a00:1450:4001::1"})
    EXPECT_FALSE(guard.refusal(address(text))) << text;
}

TEST(AddressGuard, RefusesThisHostsOwnAddresses) {
  const AddressGuard guard({}, {address("8.8.4.4"), address("2606::1")});
  EXPECT_EQ(guard.refusal(address("8.8.4.4")), "an address of this host");
  EXPECT_EQ(guard.refusal(address("2606::1")), "an address of this host");
  EXPECT_FALSE(guard.refusal(address("8.8.8.8")));
}

TEST(AddressGuard, LetsTheOperatorsRangesThrough) {
  const AddressGuard guard({*AddressRange::parse("10.1.0.0/16"), *AddressRange::parse("::1")},
                           {address("10.1.0.1")});
  EXPECT_TRUE(guard.is_opened());
  EXPECT_FALSE(guard.refusal(address("10.1.255.255")));
  EXPECT_FALSE(guard.refusal(address("10.1.0.1")));
  EXPECT_FALSE(guard.refusal(address("::1")));
  EXPECT_TRUE(guard.refusal(address("10.2.0.0")));
  EXPECT_TRUE(guard.refusal(address("127.0.0.1")));
  EXPECT_TRUE(guard.refusal(address("::ffff:10.1.0.1")));
}

TEST(AddressRange, ReadsCidrText) {
  EXPECT_EQ(AddressRange::parse("10.0.0.0/8")->prefix, 8U);
  EXPECT_EQ(AddressRange::parse("10.0.0.1")->prefix, 32U);
  EXPECT_EQ(AddressRange::parse("fd00::/8")->prefix, 8U);
  EXPECT_EQ(AddressRange::parse("0.0.0.0/0")->prefix, 0U);
  for (const auto* bad : {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "10.0.0.1/8", "::1/129",
                          "10.0.0.0/-1", "10/8", "fe80::%1/10", "a.example", "010.0.0.1"})
    EXPECT_FALSE(AddressRange::parse(bad)) << bad;
}

TEST(InterfaceAddresses, HasLoopback) {
  const auto all = interface_addresses();
  EXPECT_NE(std::find(all.begin(), all.end(), address("127.0.0.1")), all.end());
}

}  // namespace
}  // namespace cloudvno::net
