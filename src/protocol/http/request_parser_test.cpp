// Requests as bytes: what is read, and with which status the rest is refused.
#include "protocol/http/request_parser.hpp"

#include <gtest/gtest.h>

#include "protocol/http/testing/bad_requests.hpp"

namespace cloudvno::http {
namespace {

using State = RequestParser::State;

// Feeds all bytes, `step` at a time, keeping what the parser leaves, as a connection does.
std::string feed(RequestParser& parser, std::string_view bytes, std::size_t step) {
  std::string pending;
  while (!bytes.empty() && parser.state() != State::complete && parser.state() != State::refused) {
    pending += bytes.substr(0, step);
    bytes.remove_prefix(std::min(step, bytes.size()));
    pending.erase(0, parser.consume(pending));
  }
  return pending + std::string(bytes);
}

TEST(RequestParser, ReadsARequestWhateverTheCuts) {
  const std::string bytes =
      "POST /v1/messages?limit=5&x HTTP/1.1\r\nHost: api.example:8443\r\nX-Empty:\r\n"
      "X-Spaced: \t two words \t\r\nContent-Length: 5\r\n\r\nhello";
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    RequestParser parser({});
    feed(parser, bytes, step);
    ASSERT_EQ(parser.state(), State::complete) << step;
    EXPECT_TRUE(parser.keep_alive());
    const auto request = parser.take();
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.path, "/v1/messages");
    EXPECT_EQ(request.query, "limit=5&x");
    EXPECT_EQ(request.headers.value("host"), "api.example:8443");
    EXPECT_EQ(request.headers.value("x-empty"), "");
    EXPECT_EQ(request.headers.value("x-spaced"), "two words");
    EXPECT_EQ(request.body, "hello");
    EXPECT_EQ(parser.state(), State::line);
  }
}

TEST(RequestParser, ReadsAChunkedBodyWhateverTheCuts) {
  const std::string bytes =
      "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
      "5\r\nhello\r\n006;name=\"value\"\r\n world\r\n0\r\nTrailer: x\r\n\r\n";
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    RequestParser parser({});
    EXPECT_EQ(feed(parser, bytes, step), "");
    ASSERT_EQ(parser.state(), State::complete) << step;
    EXPECT_EQ(parser.take().body, "hello world");
  }
}

TEST(RequestParser, LeavesTheNextRequestAlone) {
  const std::string one = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n";
  const std::string two = "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx";
  const std::string all = one + two + one;
  RequestParser parser({});
  std::string_view rest = all;
  for (const auto* path : {"/1", "/2", "/1"}) {
    rest.remove_prefix(parser.consume(rest));
    ASSERT_EQ(parser.state(), State::complete);
    EXPECT_EQ(parser.take().path, path);
  }
  EXPECT_TRUE(rest.empty());
}

TEST(RequestParser, TakesTheHostOfAnAbsoluteTarget) {
  RequestParser parser({});
  feed(parser, "GET http://one.example/a?b HTTP/1.1\r\nHost: two.example\r\n\r\n", 1000);
  ASSERT_EQ(parser.state(), State::complete);
  const auto request = parser.take();
  EXPECT_EQ(request.headers.value("Host"), "one.example");
  EXPECT_EQ(request.headers.count("Host"), 1U);
  EXPECT_EQ(request.path, "/a");
  EXPECT_EQ(request.query, "b");
}

TEST(RequestParser, ReadsTheOddButValid) {
  for (const auto* bytes : {
           "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
           "GET https://a.example HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.0\r\n\r\n",
           "GET / HTTP/1.9\r\nHost: a\r\n\r\n", "BREW /pot HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
           "GET /\x25zz HTTP/1.1\r\nHost: a\r\n\r\n",
           "GET / HTTP/1.1\r\nHost: a\r\nX: \xff\xfe\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 000\r\n\r\n",
           "GET / HTTP/1.1\r\nHOST:a\r\nA:\r\n:",  // the last line never ends: still open
       }) {
    RequestParser parser({});
    parser.consume(bytes);
    EXPECT_NE(parser.state(), State::refused) << bytes;
  }
}

TEST(RequestParser, KnowsWhetherTheConnectionStays) {
  const auto stays = [](std::string_view version, std::string_view fields) {
    RequestParser parser({});
    parser.consume("GET / " + std::string(version) + "\r\nHost: a\r\n" + std::string(fields) +
                   "\r\n");
    EXPECT_EQ(parser.state(), State::complete);
    return parser.keep_alive();
  };
  EXPECT_TRUE(stays("HTTP/1.1", ""));
  EXPECT_FALSE(stays("HTTP/1.1", "Connection: x, Close\r\n"));
  EXPECT_FALSE(stays("HTTP/1.0", ""));
  EXPECT_TRUE(stays("HTTP/1.0", "Connection: Keep-Alive\r\n"));
  EXPECT_FALSE(stays("HTTP/1.0", "Connection: keep-alive, close\r\n"));
}

TEST(RequestParser, KnowsWhenTheClientWaitsForContinue) {
  RequestParser parser({});
  parser.consume("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-Continue\r\n\r\n");
  EXPECT_TRUE(parser.head_done());
  EXPECT_EQ(parser.state(), State::body);
  EXPECT_TRUE(parser.expects_continue());
}

TEST(RequestParser, RefusesEveryBadRequestWithItsStatus) {
  for (const auto& bad : testing::bad_requests()) {
    for (const std::size_t step : {std::size_t{1}, std::size_t{7}, bad.bytes.size()}) {
      RequestParser parser({});
      feed(parser, bad.bytes, step);
      EXPECT_EQ(parser.state(), State::refused) << bad.what;
      EXPECT_EQ(parser.refusal().status, bad.status) << bad.what;
      EXPECT_FALSE(parser.refusal().reason.empty());
    }
  }
}

TEST(RequestParser, TakesNothingMoreOnceItRefused) {
  RequestParser parser({});
  parser.consume("GET / HTTP/1.1\nHost: a\r\n\r\n");
  EXPECT_EQ(parser.consume("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), 0U);
  EXPECT_EQ(parser.state(), State::refused);
}

TEST(RequestParser, TakesHeadsAndBodiesUpToTheirLimits) {
  ParserLimits limits;
  limits.body_bytes = 10;
  const auto with_head_of = [](std::size_t bytes) {
    const std::string start = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
    return start + std::string(bytes - start.size() - 4, 'x') + "\r\n\r\n";
  };
  RequestParser fits(limits);
  fits.consume(with_head_of(limits.head_bytes));
  EXPECT_EQ(fits.state(), State::complete);
  RequestParser too_large(limits);
  too_large.consume(with_head_of(limits.head_bytes + 1));
  EXPECT_EQ(too_large.refusal().status, 431);

  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\n";
  RequestParser ten(limits);
  ten.consume(head + "Content-Length: 10\r\n\r\n0123456789");
  EXPECT_EQ(ten.state(), State::complete);
  for (const auto* over : {"Content-Length: 11\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\nb\r\n",
                           "Transfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n6\r\n",
                           "Content-Length: 999999999999999999\r\n\r\n"}) {
    RequestParser parser(limits);
    parser.consume(head + over);
    EXPECT_EQ(parser.refusal().status, 413) << over;
  }
}

}  // namespace
}  // namespace cloudvno::http
