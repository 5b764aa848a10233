// Heads as they go out.
#include "protocol/http/print.hpp"

#include <gtest/gtest.h>

#include "base/clock.hpp"

namespace cloudvno::http {
namespace {

std::string head_of(const Response& response, bool keep_alive = true, bool to_http_1_0 = false) {
  std::string out;
  append_response_head(out, response, {"DATE", keep_alive, to_http_1_0});
  return out;
}

TEST(HttpDate, IsAnImfFixdate) {
  EXPECT_EQ(http_date(ManualClock().now()), "Thu, 01 Jan 2026 00:00:00 GMT");
  EXPECT_EQ(http_date(from_micros(784'111'777'000'000)), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(ResponseHead, HasDateLengthAndTheFieldsGiven) {
  Response response{200, {}, "hello"};
  response.headers.add("Content-Type", "text/plain");
  EXPECT_EQ(head_of(response),
            "HTTP/1.1 200 OK\r\nDate: DATE\r\nContent-Type: text/plain\r\n"
            "Content-Length: 5\r\n\r\n");
}

TEST(ResponseHead, SaysWhetherTheConnectionStays) {
  EXPECT_EQ(head_of({}, false),
            "HTTP/1.1 200 OK\r\nDate: DATE\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(head_of({}, true, true),
            "HTTP/1.1 200 OK\r\nDate: DATE\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n");
}

TEST(ResponseHead, HasNoLengthWhereNoBodyMayBe) {
  EXPECT_EQ(head_of({204, {}, ""}), "HTTP/1.1 204 No Content\r\nDate: DATE\r\n\r\n");
  EXPECT_EQ(head_of({304, {}, ""}), "HTTP/1.1 304 Not Modified\r\nDate: DATE\r\n\r\n");
}

TEST(ResponseHead, CannotBeForgedThroughAField) {
  Response response;
  response.headers.add("X", "a\r\nSet-Cookie: b");
  response.headers.add("Y\r\n\r\n<html>", "a");
  response.headers.add("Content-Length", "7");
  response.headers.add("transfer-encoding", "chunked");
  response.headers.add("connection", "upgrade");
  response.headers.add("DATE", "never");
  std::string out;
  EXPECT_FALSE(append_response_head(out, response, {"DATE", true, false}));
  EXPECT_EQ(out, "HTTP/1.1 200 OK\r\nDate: DATE\r\nContent-Length: 0\r\n\r\n");
}

TEST(RequestHead, HasHostAndLength) {
  Headers headers;
  headers.add("Content-Type", "a/b");
  headers.add("Host", "evil.example");
  std::string out;
  ASSERT_TRUE(append_request_head(out, "POST", *Url::parse("https://a.example/x?y"), headers, 3));
  EXPECT_EQ(out,
            "POST /x?y HTTP/1.1\r\nHost: a.example\r\nContent-Type: a/b\r\n"
            "Content-Length: 3\r\n\r\n");
  out.clear();
  ASSERT_TRUE(append_request_head(out, "GET", *Url::parse("http://[::1]:443/"), {}, 0));
  EXPECT_EQ(out, "GET / HTTP/1.1\r\nHost: [::1]:443\r\n\r\n");
}

TEST(RequestHead, RefusesWhatCannotBeSent) {
  std::string out;
  EXPECT_FALSE(append_request_head(out, "GE T", *Url::parse("http://a/"), {}, 0));
  Headers headers;
  headers.add("X", "a\nb");
  EXPECT_FALSE(append_request_head(out, "GET", *Url::parse("http://a/"), headers, 0));
}

}  // namespace
}  // namespace cloudvno::http
