// Connection overrides of URLs.
#include "domain/voice/fetch_options.hpp"

#include <gtest/gtest.h>

#include "domain/voice/cache_control.hpp"

namespace cloudvno::voice {
namespace {

using namespace std::chrono_literals;

TEST(FetchOptions, HaveTheDefaultsOfTheReference) {
  const auto options = parse_fetch_options("");
  EXPECT_EQ(options.connect_timeout, 5s);
  EXPECT_EQ(options.timeout, 15s);
  EXPECT_EQ(options.retries, 1);
  EXPECT_TRUE(options.on_connect);
  EXPECT_FALSE(options.on_4xx || options.on_5xx || options.on_read);
}

TEST(FetchOptions, AreBroughtToTheirBounds) {
  const auto options = parse_fetch_options("ct=1&rt=99999&tt=2000&rc=9&rp=4xx,5xx&e=ashburn&x");
  EXPECT_EQ(options.connect_timeout, 100ms);
  EXPECT_EQ(options.timeout, 2s);
  EXPECT_EQ(options.retries, 5);
  EXPECT_TRUE(options.on_4xx && options.on_5xx);
  EXPECT_FALSE(options.on_connect);
}

TEST(FetchOptions, PassOverWhatMakesNoSense) {
  const auto options = parse_fetch_options("ct=soon&rc=&=&&rp=");
  EXPECT_EQ(options.connect_timeout, 5s);
  EXPECT_EQ(options.retries, 1);
}

TEST(FetchOptions, AreNotPartOfTheUrlThatIsAsked) {
  const auto [url, fragment] = split_fragment("https://a.example/x?y=1#rc=3");
  EXPECT_EQ(url, "https://a.example/x?y=1");
  EXPECT_EQ(fragment, "rc=3");
  EXPECT_EQ(split_fragment("https://a.example/").fragment, "");
}

TEST(CacheControl, SaysHowLongASoundMayBeKept) {
  EXPECT_EQ(fresh_for(""), 60s);
  EXPECT_EQ(fresh_for("public, Max-Age=5"), 5s);
  EXPECT_EQ(fresh_for("max-age=99999999"), 24h);
  EXPECT_EQ(fresh_for("max-age=soon"), 60s);
  EXPECT_EQ(fresh_for("max-age=600 , NO-STORE"), 0s);
  EXPECT_EQ(fresh_for("no-cache"), 0s);
}

}  // namespace
}  // namespace cloudvno::voice
