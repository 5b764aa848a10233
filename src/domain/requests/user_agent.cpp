// Words of a User-Agent, looked up in one table.
#include "domain/requests/user_agent.hpp"

#include <algorithm>
#include <array>

namespace cloudvno::requests {
namespace {

enum class Says { browser, system };

// Browsers name those that they stand in for as well: the word of the lowest rank counts.
struct Word {
  std::string_view text;
  Says says;
  int rank;
  std::string_view name;
};

constexpr auto words = [] {
  using enum Says;
  std::array all{
      Word{"Edg", browser, 0, "Edge"},
      Word{"EdgA", browser, 0, "Edge"},
      Word{"EdgiOS", browser, 0, "Edge"},
      Word{"OPR", browser, 0, "Opera"},
      Word{"Firefox", browser, 1, "Firefox"},
      Word{"FxiOS", browser, 1, "Firefox"},
      Word{"CriOS", browser, 1, "Chrome"},
      Word{"Chrome", browser, 2, "Chrome"},
      Word{"HeadlessChrome", browser, 2, "Chrome"},
      Word{"Safari", browser, 3, "Safari"},
      Word{"curl", browser, 4, "curl"},
      Word{"Wget", browser, 4, "Wget"},
      Word{"PostmanRuntime", browser, 4, "Postman"},
      Word{"python-requests", browser, 4, "Python"},
      Word{"python-httpx", browser, 4, "Python"},
      Word{"Python-urllib", browser, 4, "Python"},
      Word{"Python", browser, 4, "Python"},
      Word{"axios", browser, 4, "Node.js"},
      Word{"node", browser, 4, "Node.js"},
      Word{"node-fetch", browser, 4, "Node.js"},
      Word{"undici", browser, 4, "Node.js"},
      Word{"Go-http-client", browser, 4, "Go"},
      Word{"okhttp", browser, 4, "Java"},
      Word{"Java", browser, 4, "Java"},
      Word{"Java-http-client", browser, 4, "Java"},
      Word{"Apache-HttpClient", browser, 4, "Java"},
      Word{"GuzzleHttp", browser, 4, "PHP"},
      Word{"Ruby", browser, 4, "Ruby"},
      Word{"Faraday", browser, 4, "Ruby"},
      Word{"Android", system, 0, "Android"},
      Word{"iPhone", system, 0, "iOS"},
      Word{"iPad", system, 0, "iOS"},
      Word{"CrOS", system, 0, "ChromeOS"},
      Word{"Windows", system, 1, "Windows"},
      Word{"Macintosh", system, 1, "macOS"},
      Word{"Darwin", system, 1, "macOS"},
      Word{"Linux", system, 2, "Linux"},
      Word{"linux", system, 2, "Linux"},
  };
  std::ranges::sort(all, {}, &Word::text);
  return all;
}();

}  // namespace

UserAgent read_user_agent(std::string_view header) {
  if (header.empty()) return {};
  header = header.substr(0, 512);
  constexpr int none = 100;
  UserAgent agent{"other", "other"};
  int browser_rank = none;
  int system_rank = none;
  constexpr std::string_view ends = " /;(),\t";
  while (!header.empty()) {
    const auto end = std::min(header.find_first_of(ends), header.size());
    const auto text = header.substr(0, end);
    const auto found = std::ranges::lower_bound(words, text, {}, &Word::text);
    if (found != words.end() && found->text == text) {
      auto& rank = found->says == Says::browser ? browser_rank : system_rank;
      if (found->rank < rank) {
        rank = found->rank;
        (found->says == Says::browser ? agent.browser : agent.system) = found->name;
      }
    }
    header.remove_prefix(std::min(end + 1, header.size()));
  }
  return agent;
}

}  // namespace cloudvno::requests
