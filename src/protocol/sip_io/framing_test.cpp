// Messages cut from streams.
#include "protocol/sip_io/framing.hpp"

#include <gmock/gmock.h>

namespace cloudvno::sip {
namespace {

using Kind = Framing::Kind;

const std::string with_body = "INVITE sip:a SIP/2.0\r\nl : 4\r\n\r\nv=0\n";
const std::string without_body = "ACK sip:a SIP/2.0\r\ncontent-length: 0\r\n\r\n";

TEST(SipFraming, CutsMessagesWhereverTheyAreSplit) {
  std::string stream = with_body + "\r\n\r\n" + without_body + with_body;
  for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
    Framing framing;
    std::vector<std::string> seen;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      framing.add(std::string_view(stream).substr(at, piece));
      while (true) {
        auto frame = framing.next();
        ASSERT_NE(frame.kind, Kind::broken);
        if (frame.kind == Kind::nothing) break;
        seen.push_back(frame.kind == Kind::ping ? "ping" : std::string(frame.bytes));
      }
    }
    EXPECT_THAT(seen, ::testing::ElementsAre(with_body, "ping", without_body, with_body)) << piece;
    EXPECT_FALSE(framing.has_part());
  }
}

TEST(SipFraming, TakesTheAnswerToAPingForNothing) {
  Framing framing;
  framing.add("\r\n" + without_body);
  EXPECT_EQ(framing.next().bytes, without_body);
}

TEST(SipFraming, GivesUpAStreamThatCannotBeCut) {
  for (const std::string& text :
       {std::string("ACK sip:a SIP/2.0\r\n\r\n"),
        std::string("ACK sip:a SIP/2.0\r\nl: 1\r\nContent-Length: 2\r\n\r\n"),
        std::string("ACK sip:a SIP/2.0\r\nl: -1\r\n\r\n"),
        std::string("ACK sip:a SIP/2.0\r\nl: 70000\r\n\r\n"), std::string(20'000, 'x')}) {
    Framing framing;
    framing.add(text);
    EXPECT_EQ(framing.next().kind, Kind::broken) << text.substr(0, 50);
  }
}

}  // namespace
}  // namespace cloudvno::sip
