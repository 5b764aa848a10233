// Who calls whom, in INVITEs both ways.
#include "connectors/sip_trunk/addresses.hpp"

#include <gtest/gtest.h>

namespace cloudvno::sip_trunk {
namespace {

TrunkOptions trunk() {
  TrunkOptions options;
  options.name = "acme";
  options.host = "sip.example.com";
  options.credentials = sip::Credentials{"us", "secret"};
  return options;
}

TEST(TrunkAddresses, ACallToANumberGoesToTheTrunk) {
  voice::LegOrder order;
  order.from = "+12025550100";
  order.to = "+442079460150";
  const auto invite = make_invite(order, trunk(), "198.51.100.7");
  ASSERT_TRUE(invite);
  EXPECT_EQ(invite->target.text(), "sip:+442079460150@sip.example.com:5060;user=phone");
  EXPECT_EQ(invite->from_uri, "sip:+12025550100@198.51.100.7");
  EXPECT_EQ(invite->asserted_identity, "<sip:+12025550100@198.51.100.7>");
  ASSERT_TRUE(invite->hop);
  EXPECT_EQ(invite->hop->host, "sip.example.com");
  EXPECT_EQ(invite->credentials->username, "us");
  EXPECT_TRUE(invite->headers.empty()) << "no carrier learns whose call it is";
}

TEST(TrunkAddresses, ACallToASipAddressGoesWhereItPoints) {
  voice::LegOrder order;
  order.from = "+12025550100";
  order.to = "sip:bob@pbx.example;transport=tcp";
  order.username = "u";
  order.password = "p";
  order.headers = {{"X-Case", "7"}};
  const auto invite = make_invite(order, trunk(), "198.51.100.7");
  ASSERT_TRUE(invite);
  EXPECT_FALSE(invite->hop) << "it is judged first";
  EXPECT_EQ(invite->credentials->username, "u") << "not the trunk's";
  ASSERT_EQ(invite->headers.size(), 1u);
}

TEST(TrunkAddresses, ATrunkWithoutAHostTakesNoNumbers) {
  voice::LegOrder order;
  order.to = "+442079460150";
  auto options = trunk();
  options.host.clear();
  EXPECT_FALSE(make_invite(order, options, "h"));
}

TEST(TrunkAddresses, NumbersOfAnInviteAreRead) {
  const auto parsed = sip::parse_message(
      "INVITE sip:442079460150@198.51.100.7 SIP/2.0\r\n"
      "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
      "From: \"Ada\" <sip:anonymous@192.0.2.1>;tag=1\r\n"
      "To: <sip:442079460150@198.51.100.7>\r\n"
      "P-Asserted-Identity: <sip:+12015550100@192.0.2.1;user=phone>\r\n"
      "Diversion: <sip:+12015550177@192.0.2.1>\r\n"
      "X-Case: 7\r\nCall-ID: c1\r\nCSeq: 1 INVITE\r\nMax-Forwards: 70\r\n"
      "Contact: <sip:192.0.2.1>\r\nContent-Length: 0\r\n\r\n");
  ASSERT_EQ(parsed.kind, sip::Parsed::Kind::message) << parsed.why;
  const sip::Peer source{sip::Transport::udp, "192.0.2.1", 5060, 0};
  const auto call = read_invite({nullptr, parsed.message, source, {}}, trunk());
  EXPECT_EQ(call.trunk, "acme");
  EXPECT_EQ(call.to, "+442079460150") << "digits alone are a number, too";
  EXPECT_EQ(call.from, "+12015550100");
  EXPECT_EQ(call.caller_name, "Ada");
  EXPECT_EQ(call.forwarded_from, "+12015550177");
  const decltype(call.parameters) expected{
      {"SipCallId", "c1"}, {"SipSourceIp", "192.0.2.1"}, {"SipHeader_X-Case", "7"}};
  EXPECT_EQ(call.parameters, expected);
}

}  // namespace
}  // namespace cloudvno::sip_trunk
