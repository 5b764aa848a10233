// SIP addresses, cookies and words to speak, as customers write them.
#include <gtest/gtest.h>

#include "domain/voice/cookies.hpp"
#include "domain/voice/say_text.hpp"
#include "domain/voice/sip_address.hpp"

namespace cloudvno::voice {
namespace {

TEST(SipAddress, IsAUserAtAHost) {
  const auto address = parse_sip_address("sip:bob@pbx.example:5080;transport=tcp");
  ASSERT_TRUE(address);
  EXPECT_EQ(address->uri, "sip:bob@pbx.example:5080;transport=tcp");
  EXPECT_TRUE(parse_sip_address("SIPS:+12025550100@[2001:db8::1]"));
}

TEST(SipAddress, PassesOnlyHeadersThatMayPass) {
  const auto address = parse_sip_address("sip:b@h?X-A=1%202&Via=x&User-to-User=ab&x-b=%0d%0aVia:y");
  ASSERT_TRUE(address);
  ASSERT_EQ(address->headers.size(), 2u);
  EXPECT_EQ(address->headers[0], (std::pair<std::string, std::string>{"X-A", "1 2"}));
  EXPECT_EQ(address->headers[1].first, "User-to-User");
}

TEST(SipAddress, IsRefusedWhereItCouldBeSomethingElse) {
  for (const auto* text : {"", "sip:", "sip:@h", "sip:b@", "bob@h", "tel:+1", "sip:b@h@i",
                           "sip:b c@h", "sip:b@h\r\nX: y", "sip:b@:5060", "http://b@h"}) {
    EXPECT_FALSE(parse_sip_address(text)) << text;
  }
  EXPECT_FALSE(parse_sip_address("sip:" + std::string(300, 'a') + "@h"));
}

TEST(Cookies, GoBackToTheHostThatSetThem) {
  Cookies cookies;
  http::Headers headers;
  headers.add("Set-Cookie", "a=1; Path=/; HttpOnly");
  headers.add("set-cookie", "b=2");
  headers.add("Set-Cookie", "nonsense");
  cookies.take("app.example", headers);
  EXPECT_EQ(cookies.for_host("app.example"), "a=1; b=2");
  EXPECT_EQ(cookies.for_host("other.example"), "");
}

TEST(Cookies, AreBounded) {
  Cookies cookies;
  http::Headers headers;
  for (int i = 0; i < 100; ++i) headers.add("Set-Cookie", "c" + std::to_string(i) + "=1");
  headers.add("Set-Cookie", "c0=2");
  cookies.take("a", headers);
  const auto line = cookies.for_host("a");
  EXPECT_EQ(std::ranges::count(line, '='), 50);
  EXPECT_TRUE(line.starts_with("c0=2")) << "what is known may change";
}

twiml::Node say(std::string inside) {
  auto root = twiml::load_document("<Response><Say>" + inside + "</Say></Response>");
  return root->children.at(0);
}

TEST(SayText, IsSpokenWithoutMarkup) {
  EXPECT_EQ(read_say(say("  Hello\n <emphasis>you</emphasis> ")).text, "Hello you");
  EXPECT_EQ(read_say(say("<sub alias='Doctor'>Dr.</sub> Who")).text, "Doctor Who");
  EXPECT_EQ(read_say(say("Code <say-as interpret-as='digits'>123</say-as>")).text, "Code 1 2 3");
  EXPECT_EQ(read_say(say("One<break time='1s'/>two")).text, "One, two");
}

TEST(SayText, HasAtMostAsManyCharactersAsTheReferenceAllows) {
  std::string text;
  for (int i = 0; i < 5'000; ++i) text += "é";
  EXPECT_EQ(read_say(say(text)).text.size(), 2u * most_say_characters);
}

}  // namespace
}  // namespace cloudvno::voice
