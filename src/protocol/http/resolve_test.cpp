// Relative URLs: the normal examples of RFC 3986 section 5.4.1 that yield http, and what is
// refused.
#include "protocol/http/resolve.hpp"

namespace cloudvno::http {
namespace {

TEST(ResolveUrl, FollowsTheExamplesOfTheRfc) {
  constexpr std::string_view base = "http://a/b/c/d;p?q";
  EXPECT_EQ(resolve_url(base, "g"), "http://a/b/c/g");
  EXPECT_EQ(resolve_url(base, "./g"), "http://a/b/c/g");
  EXPECT_EQ(resolve_url(base, "/g"), "http://a/g");
  EXPECT_EQ(resolve_url(base, "?y"), "http://a/b/c/d;p?y");
  EXPECT_EQ(resolve_url(base, "../g"), "http://a/b/g");
  EXPECT_EQ(resolve_url(base, "../../../g"), "http://a/g");
  EXPECT_EQ(resolve_url(base, ""), "http://a/b/c/d;p?q");
  EXPECT_EQ(resolve_url(base, "#s"), "http://a/b/c/d;p?q");
  EXPECT_EQ(resolve_url(base, "https://x/y"), "https://x/y");
}

TEST(ResolveUrl, RefusesWhatIsNoWebAddress) {
  EXPECT_FALSE(resolve_url("http://a/", "ftp://b/"));
  EXPECT_FALSE(resolve_url("http://a/", "mailto:x@y"));
  EXPECT_FALSE(resolve_url("http://a/", "b c"));
  EXPECT_FALSE(resolve_url("nonsense", "b"));
}

}  // namespace
}  // namespace cloudvno::http
