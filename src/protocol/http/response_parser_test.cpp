// Answers as bytes.
#include "protocol/http/response_parser.hpp"

#include <gtest/gtest.h>

namespace cloudvno::http {
namespace {

using State = ResponseParser::State;

ResponseParser parse(std::string_view bytes, bool to_head = false, std::size_t most = 1000) {
  ResponseParser parser(to_head, most);
  std::string pending;
  for (const char c : bytes) {
    pending += c;
    pending.erase(0, parser.consume(pending));
  }
  return parser;
}

TEST(ResponseParser, ReadsALengthAndAChunkedBody) {
  auto plain = parse("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: y\r\n\r\nhi");
  ASSERT_EQ(plain.state(), State::complete);
  EXPECT_TRUE(plain.keep_alive());
  const auto response = plain.take();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "hi");
  EXPECT_EQ(response.headers.value("x"), "y");

  auto chunked = parse("HTTP/1.1 201\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n");
  ASSERT_EQ(chunked.state(), State::complete);
  EXPECT_EQ(chunked.take().body, "hi");
}

TEST(ResponseParser, ReadsABodyThatEndsWithTheConnection) {
  auto parser = parse("HTTP/1.1 200 OK\r\n\r\nhello");
  EXPECT_EQ(parser.state(), State::body);
  parser.end();
  ASSERT_EQ(parser.state(), State::complete);
  EXPECT_FALSE(parser.keep_alive());
  EXPECT_EQ(parser.take().body, "hello");
}

TEST(ResponseParser, ExpectsNoBodyWhereThereCanBeNone) {
  EXPECT_EQ(parse("HTTP/1.1 204 No Content\r\n\r\n").state(), State::complete);
  EXPECT_EQ(parse("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n").state(),
            State::complete);
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", true).state(), State::complete);
}

TEST(ResponseParser, SkipsAFewInterimAnswers) {
  auto parser = parse(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\n"
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  ASSERT_EQ(parser.state(), State::complete);
  EXPECT_TRUE(parser.take().headers.find("Link") == std::nullopt);
  std::string many;
  for (int i = 0; i < 9; ++i) many += "HTTP/1.1 100 Continue\r\n\r\n";
  EXPECT_EQ(parse(many).state(), State::malformed);
}

TEST(ResponseParser, KnowsWhetherTheConnectionStays) {
  EXPECT_FALSE(
      parse("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n").keep_alive());
  EXPECT_FALSE(parse("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n").keep_alive());
  EXPECT_TRUE(
      parse("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n").keep_alive());
}

TEST(ResponseParser, BoundsHeadAndBody) {
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n").state(), State::too_large);
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n").state(),
            State::too_large);
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\n\r\n" + std::string(1001, 'x')).state(), State::too_large);
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nX: " + std::string(17000, 'x')).state(), State::too_large);
  std::string many = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 101; ++i) many += "X: y\r\n";
  EXPECT_EQ(parse(many).state(), State::too_large);
}

TEST(ResponseParser, RefusesWhatIsNotHttp) {
  for (const auto* bad :
       {"SSH-2.0-OpenSSH_9.2\r\n", "HTTP/2 200\r\n", "HTTP/1.1  200 OK\r\n", "HTTP/1.1 20 OK\r\n",
        "HTTP/1.1 2000 OK\r\n", "HTTP/1.1 200OK\r\n", "HTTP/1.1 099 X\r\n", "HTTP/1.1 600 X\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n", "HTTP/1.1 200 OK\nX: y\n\n",
        "HTTP/1.1 200 OK\r\nX : y\r\n", "HTTP/1.1 200 OK\r\n X: y\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"})
    EXPECT_EQ(parse(bad).state(), State::malformed) << bad;
}

TEST(ResponseParser, NoticesAnAnswerThatWasCutOff) {
  for (const auto* cut :
       {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhi",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"}) {
    auto parser = parse(cut);
    parser.end();
    EXPECT_EQ(parser.state(), State::malformed) << cut;
  }
}

}  // namespace
}  // namespace cloudvno::http
