// Reading Cache-Control.
#include "domain/voice/cache_control.hpp"

#include <algorithm>
#include <charconv>

#include "protocol/http/message.hpp"

namespace cloudvno::voice {

std::chrono::seconds fresh_for(std::string_view cache_control) {
  constexpr std::chrono::seconds most{86'400};
  constexpr std::string_view age = "max-age=";
  std::chrono::seconds fresh{60};
  while (!cache_control.empty()) {
    const auto end = std::min(cache_control.find(','), cache_control.size());
    auto word = cache_control.substr(0, end);
    cache_control.remove_prefix(std::min(end + 1, cache_control.size()));
    while (!word.empty() && (word.front() == ' ' || word.front() == '\t')) word.remove_prefix(1);
    while (!word.empty() && (word.back() == ' ' || word.back() == '\t')) word.remove_suffix(1);
    if (http::equal_ignoring_case(word, "no-store") ||
        http::equal_ignoring_case(word, "no-cache")) {
      return std::chrono::seconds(0);
    }
    if (word.size() <= age.size() || !http::equal_ignoring_case(word.substr(0, age.size()), age)) {
      continue;
    }
    word.remove_prefix(age.size());
    std::int64_t seconds = 0;
    const auto [last, error] = std::from_chars(word.data(), word.data() + word.size(), seconds);
    if (error == std::errc() && last == word.data() + word.size() && seconds >= 0) {
      fresh = std::chrono::seconds(std::min<std::int64_t>(seconds, most.count()));
    }
  }
  return fresh;
}

}  // namespace cloudvno::voice
