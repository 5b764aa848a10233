// URLs as customers write them.
#include <gtest/gtest.h>

#include "protocol/http/message.hpp"

namespace cloudvno::http {
namespace {

TEST(Url, TakesAnAbsoluteUrlApart) {
  const auto url = Url::parse("HTTPS://Example.COM:8443/a/b?x=1&y=%20#part");
  ASSERT_TRUE(url);
  EXPECT_TRUE(url->https);
  EXPECT_EQ(url->host, "example.com");
  EXPECT_EQ(url->port, "8443");
  EXPECT_EQ(url->target, "/a/b?x=1&y=%20");
  EXPECT_EQ(url->text, "HTTPS://Example.COM:8443/a/b?x=1&y=%20#part");
}

TEST(Url, FillsInPortAndPath) {
  EXPECT_EQ(Url::parse("https://a.example")->port, "443");
  EXPECT_EQ(Url::parse("http://a.example")->port, "80");
  EXPECT_EQ(Url::parse("http://a.example:")->port, "80");
  EXPECT_EQ(Url::parse("http://a.example:0080")->port, "80");
  EXPECT_EQ(Url::parse("http://a.example")->target, "/");
  EXPECT_EQ(Url::parse("http://a.example?q")->target, "/?q");
  EXPECT_EQ(Url::parse("http://a.example#f")->target, "/");
}

TEST(Url, ReadsAnIpv6HostWithoutItsBrackets) {
  const auto url = Url::parse("http://[2001:DB8::1]:81/");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "2001:db8::1");
  EXPECT_EQ(url->port, "81");
}

TEST(Url, LeavesNumericSpellingsAsTheyAre) {
  for (const auto* host : {"0177.0.0.1", "0x7f.0.0.1", "2130706433", "127.1", "127.0.0.1."}) {
    const auto url = Url::parse("http://" + std::string(host) + "/");
    ASSERT_TRUE(url) << host;
    EXPECT_EQ(url->host, host);
  }
}

TEST(Url, KeepsBracketsInAQuery) {
  EXPECT_EQ(Url::parse("http://a.example/?a[]=1")->target, "/?a[]=1");
  EXPECT_FALSE(Url::parse("http://a.example/[1]"));
}

TEST(Url, RefusesWhatIsNoPlainWebAddress) {
  for (const auto* bad : {"",
                          "example.com",
                          "//example.com/",
                          "/path",
                          "ftp://a.example/",
                          "javascript://a.example/",
                          "https:/a.example/",
                          "https://",
                          "https:///path",
                          "https://user@a.example/",
                          "https://user:pw@a.example/",
                          "https://a.example@evil.example/",
                          "https://a..example/",
                          "https://.example/",
                          "https://a.example:0/",
                          "https://a.example:65536/",
                          "https://a.example:-1/",
                          "https://a.example:+80/",
                          "https://a.example:8o/",
                          "https://a.example:80:80/",
                          "https://a%2eexample/",
                          "https://b\xc3\xbc"
                          "cher.example/",
                          "https://\xef\xbc\x91.example/",
                          "https://a_b c/",
                          "https://a.example/ b",
                          "https://a.example/\"",
                          "https://a.example/<x>",
                          "https://a.example/\\",
                          "https://a.example\\@b.example/",
                          "https://a.example/\x7f",
                          "https://a.example/\r\nHost: b",
                          "https://a.example/%zz",
                          "https://a.example/%4",
                          "https://a.example/#a#b",
                          "https://[::1/",
                          "https://[::1]x/",
                          "https://[fe80::1%25eth0]/",
                          "https://[127.0.0.1]/",
                          "https://[]/",
                          " https://a.example/"})
    EXPECT_FALSE(Url::parse(bad)) << bad;
  EXPECT_FALSE(Url::parse(std::string_view("http://a\0.example/", 18)));
  EXPECT_FALSE(Url::parse(std::string_view("http://[::\0001]/", 14)));
}

TEST(Url, BoundsItsLength) {
  const std::string start = "https://a.example/";
  EXPECT_TRUE(Url::parse(start + std::string(4096 - start.size(), 'x')));
  EXPECT_FALSE(Url::parse(start + std::string(4097 - start.size(), 'x')));
  EXPECT_FALSE(Url::parse("https://" + std::string(64, 'a') + ".example/"));
}

}  // namespace
}  // namespace cloudvno::http
