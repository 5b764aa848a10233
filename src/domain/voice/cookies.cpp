// Keeping cookies.
#include "domain/voice/cookies.hpp"

#include <algorithm>

namespace cloudvno::voice {

void Cookies::take(std::string_view host, const http::Headers& headers) {
  for (const auto& [name, text] : headers.all()) {
    if (!http::equal_ignoring_case(name, "Set-Cookie")) continue;
    const std::string_view pair = std::string_view(text).substr(0, text.find(';'));
    const auto equals = pair.find('=');
    if (equals == 0 || equals == std::string_view::npos || pair.size() > most_bytes) continue;
    const auto key = std::pair(std::string(host), std::string(pair.substr(0, equals)));
    if (values_.size() >= most && !values_.contains(key)) continue;
    values_[key] = pair.substr(equals + 1);
  }
}

std::string Cookies::for_host(std::string_view host) const {
  std::string line;
  for (const auto& [key, value] : values_) {
    if (key.first != host) continue;
    if (!line.empty()) line += "; ";
    line += key.second + '=' + value;
  }
  return line;
}

}  // namespace cloudvno::voice
