#include "domain/requests/user_agent.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cloudvno::requests {
namespace {

struct Case {
  std::string_view header, browser, system;
};

TEST(UserAgent, NamesBrowsersBehindTheNamesThatTheyBorrow) {
  for (const auto& [header, browser, system] : {
           Case{"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:126.0) Gecko/20100101 Firefox/126.0",
                "Firefox", "Windows"},
           Case{"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
                "Chrome/124.0.0.0 Safari/537.36",
                "Chrome", "Linux"},
           Case{"Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) "
                "Chrome/124.0.0.0 Safari/537.36 Edg/124.0.2478.80",
                "Edge", "Windows"},
           Case{"Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 "
                "(KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1",
                "Safari", "iOS"},
           Case{"Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/124.0.0.0 "
                "Mobile Safari/537.36",
                "Chrome", "Android"},
           Case{"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/124.0.0.0 Safari/537.36", "Chrome",
                "ChromeOS"},
       }) {
    const auto agent = read_user_agent(header);
    EXPECT_EQ(agent.browser, browser) << header;
    EXPECT_EQ(agent.system, system) << header;
  }
}

TEST(UserAgent, NamesLibraries) {
  for (const auto& [header, browser, system] : {
           Case{"curl/7.88.1", "curl", "other"},
           Case{"node", "Node.js", "other"},
           Case{"python-requests/2.31.0", "Python", "other"},
           Case{"okhttp/4.12.0", "Java", "other"},
           Case{"Go-http-client/1.1", "Go", "other"},
       }) {
    EXPECT_EQ(read_user_agent(header).browser, browser) << header;
    EXPECT_EQ(read_user_agent(header).system, system) << header;
  }
}

TEST(UserAgent, TellsNothingThatIsNotInTheLists) {
  EXPECT_EQ(read_user_agent("").browser, "");
  const auto agent = read_user_agent("ada.lovelace@example.com/1.0 (+12015550100)");
  EXPECT_EQ(agent.browser, "other");
  EXPECT_EQ(agent.system, "other");
  EXPECT_EQ(read_user_agent(std::string(600, ' ') + "curl/8").browser, "other");
}

}  // namespace
}  // namespace cloudvno::requests
