// Header fields and reason phrases.
#include <gtest/gtest.h>

#include "protocol/http/message.hpp"

namespace cloudvno::http {
namespace {

TEST(Headers, FindsANameInAnyCase) {
  Headers headers;
  headers.add("Content-Type", "text/plain");
  EXPECT_EQ(headers.value("content-TYPE"), "text/plain");
  EXPECT_FALSE(headers.find("Content-Typ"));
  EXPECT_EQ(headers.value("missing"), "");
}

TEST(Headers, KeepsOrderAndRepeats) {
  Headers headers;
  headers.add("Set-Cookie", "a");
  headers.add("X", "1");
  headers.add("set-cookie", "b");
  EXPECT_EQ(headers.count("SET-COOKIE"), 2U);
  EXPECT_EQ(headers.all()[2].second, "b");
  EXPECT_EQ(headers.value("Set-Cookie"), "a");
}

TEST(Headers, SetReplacesTheFirstAndDropsItsRepeats) {
  Headers headers;
  headers.add("A", "1");
  headers.add("B", "2");
  headers.add("a", "3");
  headers.set("a", "4");
  ASSERT_EQ(headers.all().size(), 2U);
  EXPECT_EQ(headers.all()[0].second, "4");
  headers.set("C", "5");
  EXPECT_EQ(headers.value("c"), "5");
  headers.remove("A");
  EXPECT_FALSE(headers.find("A"));
}

TEST(ReasonPhrase, HasOneForEachStatusOfTheProduct) {
  for (const int status :
       {200, 201, 204, 400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503})
    EXPECT_NE(reason_phrase(status), "Status") << status;
  EXPECT_EQ(reason_phrase(799), "Status");
}

TEST(Utf8, AcceptsWellFormedTextOnly) {
  for (const auto* good : {"", "plain ascii, longer than eight", "\xc3\xa9", "\xe2\x82\xac",
                           "\xf0\x9f\x98\x80", "12345678\xc3\xa9", "\xf4\x8f\xbf\xbf"})
    EXPECT_TRUE(is_utf8(good)) << good;
  for (const auto* bad :
       {"\x80", "\xc3", "\xc0\xaf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "12345678\xe2\x82", "\xc3(", "\xe2(\xa1"})
    EXPECT_FALSE(is_utf8(bad)) << bad;
}

}  // namespace
}  // namespace cloudvno::http
