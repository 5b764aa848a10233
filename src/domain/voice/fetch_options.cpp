// Reading connection overrides.
#include "domain/voice/fetch_options.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace cloudvno::voice {
namespace {

std::string_view take_until(std::string_view& text, char end) {
  const auto at = std::min(text.find(end), text.size());
  const auto part = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return part;
}

std::optional<int> number(std::string_view text, int least, int most) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return std::clamp(value, least, most);
}

void read_retry_policy(std::string_view words, FetchOptions& options) {
  options.on_connect = false;
  while (!words.empty()) {
    const auto word = take_until(words, ',');
    const bool all = word == "all";
    options.on_4xx |= all || word == "4xx";
    options.on_5xx |= all || word == "5xx";
    options.on_connect |= all || word == "ct";
    options.on_read |= all || word == "rt";
  }
}

}  // namespace

FetchOptions parse_fetch_options(std::string_view fragment) {
  constexpr int least_ms = 100;
  FetchOptions options;
  const auto shorten = [&](std::string_view text) {
    if (const auto ms = number(text, least_ms, 15'000)) {
      options.timeout = std::min(options.timeout, std::chrono::milliseconds(*ms));
    }
  };
  while (!fragment.empty()) {
    auto value = take_until(fragment, '&');
    const auto name = take_until(value, '=');
    if (name == "ct") {
      if (const auto ms = number(value, least_ms, 10'000)) {
        options.connect_timeout = std::chrono::milliseconds(*ms);
      }
    } else if (name == "rt" || name == "tt") {
      shorten(value);
    } else if (name == "rc") {
      options.retries = number(value, 0, 5).value_or(options.retries);
    } else if (name == "rp") {
      read_retry_policy(value, options);
    }
  }
  return options;
}

SplitUrl split_fragment(std::string_view url) {
  const auto at = url.find('#');
  if (at == std::string_view::npos) return {std::string(url), {}};
  return {std::string(url.substr(0, at)), std::string(url.substr(at + 1))};
}

}  // namespace cloudvno::voice
