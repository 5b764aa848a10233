// Reading messages and URIs, and writing what could be forged.
#include "protocol/sip/message.hpp"

#include <gmock/gmock.h>

#include "protocol/sip/compose.hpp"

namespace cloudvno::sip {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Kind = Parsed::Kind;

// Compact names, a folded header, lists in one line, a quoted display name.
const std::string invite =
    "INVITE sip:+15550199@[2001:db8::1]:5070;transport=tcp SIP/2.0\r\n"
    "v: SIP/2.0/UDP a.example;branch=z9hG4bK1;rport, SIP/2.0/TCP b.example:50;branch=z9hG4bK2\r\n"
    "f: \"A. \\\"B\\\"\" <sip:a@a.example>;tag=1\r\n"
    "t: <tel:+15550199;phone-context=x>\r\n"
    "i: id@a.example\r\n"
    "CSeq: 7 INVITE\r\n"
    "m: <sip:a@192.0.2.9:5070>\r\n"
    "Record-Route: <sip:one;lr>, <sip:two;lr>\r\n"
    "X-Folded: one,\r\n"
    "  two\r\n"
    "k: timer, 100rel\r\n"
    "Max-Forwards: 9\r\n"
    "c: application/sdp\r\n"
    "l: 3\r\n"
    "\r\n"
    "v=0 and what does not belong to it";

std::string changed(std::string_view from, std::string_view to) {
  std::string text = invite;
  return text.replace(text.find(from), from.size(), to);
}

TEST(SipMessage, ReadsWhatARequestSays) {
  Parsed parsed = parse_message("\r\n" + invite);
  ASSERT_EQ(parsed.kind, Kind::message) << parsed.why;
  const SipMessage& message = parsed.message;
  EXPECT_EQ(message.method, "INVITE");
  EXPECT_EQ(message.target.user, "+15550199");
  EXPECT_EQ(message.target.host, "2001:db8::1");
  EXPECT_EQ(message.target.port, 5070);
  EXPECT_EQ(message.target_text, "sip:+15550199@[2001:db8::1]:5070;transport=tcp");
  EXPECT_EQ(message.via.host, "a.example");
  EXPECT_EQ(message.via.branch, "z9hG4bK1");
  EXPECT_TRUE(message.via.has_rport);
  EXPECT_EQ(message.all("Via").size(), 2u);
  EXPECT_EQ(message.from.display, "A. \"B\"");
  EXPECT_EQ(message.from.tag, "1");
  EXPECT_EQ(message.to.uri.scheme, "tel");
  EXPECT_EQ(message.to.uri.user, "+15550199");
  EXPECT_EQ(message.cseq.number, 7u);
  EXPECT_EQ(message.contact->uri.port, 5070);
  EXPECT_EQ(message.max_forwards, 9u);
  EXPECT_THAT(message.all("record-route"), ElementsAre("<sip:one;lr>", "<sip:two;lr>"));
  EXPECT_EQ(message.header("x-folded"), "one, two");
  EXPECT_TRUE(message.lists("Supported", "100rel"));
  EXPECT_EQ(message.sdp(), "v=0");
}

TEST(SipMessage, SaysHowToAnswerARequestThatItCannotRead) {
  auto refusal = [](const std::string& text) {
    Parsed parsed = parse_message(text);
    EXPECT_EQ(parsed.kind, Kind::refused) << text;
    return parsed.refusal;
  };
  EXPECT_EQ(refusal(changed("SIP/2.0\r\nv", "SIP/3.0\r\nv")), 505);
  EXPECT_EQ(refusal(changed("CSeq: 7", "CSeq: x")), 400);
  EXPECT_EQ(refusal(changed("CSeq: 7 INVITE", "CSeq: 7 BYE")), 400);
  EXPECT_EQ(refusal(changed("i: id@a.example\r\n", "")), 400);
  EXPECT_EQ(refusal(changed("sip:+15550199@[2001:db8::1]:5070", "http://a.example")), 416);
  EXPECT_EQ(refusal(changed("l: 3", "l: 99")), 400);
  EXPECT_EQ(parse_message(invite, {.head = 16'384, .body = 2}).refusal, 513);
}

TEST(SipMessage, DropsWhatNobodyCouldAnswer) {
  std::string large = changed("X-Folded: one", "X-Large: " + std::string(20'000, 'x') + "\r\ny: z");
  std::string lines = changed("X-Folded: one", std::string(900, '\n') + "y: z");
  for (const std::string& text :
       {std::string(), std::string("\r\n\r\n"), std::string("hello\r\n\r\n"),
        changed("v: SIP/2.0/UDP", "x: SIP/2.0/UDP"),
        changed("two\r\n", std::string("t\0wo\r\n", 6)), changed("l: 3\r\n\r\n", "l: 3\r\n"), large,
        lines,
        // An ACK is never answered.
        std::string("ACK sip:a SIP/9.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\n\r\n")})
    EXPECT_EQ(parse_message(text).kind, Kind::unreadable) << text.substr(0, 80);
}

TEST(SipMessage, PassesOverPartsThatHaveNoName) {
  // Found by fuzzing: what follows a broken line comes as a header without a name.
  EXPECT_NE(parse_message("INVITE sip:a@b SIP/2.0\r\nv: SIP/2.0/UDP h;branch=z9hG4bK1\r\n"
                          "f: \"A\" <sip:a@b>;ta\n\rg= :t1<tel:+1666>\r\ni: abc@d\r\n"
                          "CSeq: 1 INVITE\r\nCSeqontent-Type: x\r\nContent-Length: 3\r\n\r\nv=0")
                .kind,
            Kind::message);
}

TEST(SipUri, IsWrittenAsItWasRead) {
  for (std::string text :
       {"sip:a@b.example", "sips:+1555;ext=1@[2001:db8::1]:5061;transport=tcp;lr", "tel:+15550100",
        "sip:b.example:5070?Subject=x", "sip:a%20b:secret@c"}) {
    auto uri = Uri::parse(text);
    ASSERT_TRUE(uri) << text;
    EXPECT_EQ(uri->text(), text);
  }
  for (std::string text : {"", "http://a", "sip:", "sip:a b@c", "sip:a@b\r\nX: y", "a@b"})
    EXPECT_FALSE(Uri::parse(text)) << text;
  EXPECT_EQ(Uri::parse("sip:a@b;transport=TCP;lr")->param("Transport"), "TCP");
  EXPECT_EQ(Uri::parse("sip:a@b;lr")->param("lr"), "");
  EXPECT_FALSE(Uri::parse("sip:a@b;lr")->param("l"));
}

TEST(SipComposer, LeavesNoWayToForgeAHeader) {
  std::vector<Header> extra = {{"X-One", "a\r\nX-Two: b"}, {"X Bad\r\n", "c"}};
  std::string text = Composer::request("INVITE", "sip:a@b\r\nX-Three: c").headers(extra).finish();
  EXPECT_THAT(text, HasSubstr("X-One: aX-Two: b\r\n"));
  EXPECT_THAT(text, Not(HasSubstr("\r\nX-T")));
  EXPECT_THAT(text, Not(HasSubstr("Bad")));
  EXPECT_EQ(format_name_addr("A \"B\"\\", "sip:a@b"), "\"A \\\"B\\\"\\\\\" <sip:a@b>");
  EXPECT_EQ(format_name_addr({}, "sip:a@b>;tag=1,<sip:c"), "<sip:a@b;tag=1,sip:c>");
}

TEST(SipComposer, AnswersToWhereARequestCameFrom) {
  SipMessage request = parse_message(invite).message;
  std::string text =
      start_response(request, {Transport::udp, "192.0.2.9", 49'000, 0}, 180, {}, "us").finish();
  EXPECT_THAT(text, HasSubstr("Via: SIP/2.0/UDP a.example;branch=z9hG4bK1;received=192.0.2.9;"
                              "rport=49000\r\nVia: SIP/2.0/TCP b.example:50;branch=z9hG4bK2\r\n"));
  EXPECT_THAT(text, HasSubstr("Record-Route: <sip:one;lr>\r\nRecord-Route: <sip:two;lr>\r\n"));
  EXPECT_THAT(text, HasSubstr(";tag=us\r\n"));
  Peer source{Transport::udp, "192.0.2.9", 49'000, 0};
  EXPECT_EQ(response_target(request, source).port, 49'000);
  request.via.has_rport = false;
  EXPECT_EQ(response_target(request, source).port, 5'060);
}

}  // namespace
}  // namespace cloudvno::sip
