// http and https URLs (RFC 3986, RFC 9110 section 4.2), read strictly.
#include <arpa/inet.h>

#include <charconv>

#include "protocol/http/message.hpp"

namespace cloudvno::http {
namespace {

constexpr std::size_t longest_url = 4096;
constexpr std::size_t longest_host = 253;
constexpr std::size_t longest_label = 63;

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return out;
}

// Path, query or fragment: unreserved, escapes, sub-delims, ":" "@" "/" and, where `more` says so,
// others.
bool is_part(std::string_view text, std::string_view more) {
  constexpr std::string_view always = "-._~!$&'()*+,;=:@/";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_alphanumeric(c) || always.find(c) != std::string_view::npos) continue;
    if (c == '%') {
      if (text.size() - i < 3 || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return false;
      i += 2;
      continue;
    }
    if (more.find(c) == std::string_view::npos) return false;
  }
  return true;
}

// Labels of letters, digits, '-' and '_', with or without the root's dot at the end. Escapes and
// letters beyond ASCII are refused: they would be a second spelling of a name.
bool is_name(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  if (host.empty() || host.size() > longest_host) return false;
  std::size_t label = 0;
  for (const char c : host) {
    if (c == '.') {
      if (label == 0) return false;
      label = 0;
      continue;
    }
    if (!is_alphanumeric(c) && c != '-' && c != '_') return false;
    if (++label > longest_label) return false;
  }
  return label > 0;
}

bool is_ipv6(const std::string& host) {
  // inet_pton would stop at a NUL.
  if (host.find_first_not_of("0123456789abcdef:.") != std::string::npos) return false;
  in6_addr address{};
  return inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

// "" is the default port (RFC 3986 section 3.2.3).
std::optional<std::string> parse_port(std::string_view text, bool https) {
  if (text.empty()) return https ? "443" : "80";
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (port == 0 || port > 65535) return std::nullopt;
  return std::to_string(port);
}

}  // namespace

std::optional<Url> Url::parse(std::string_view text) {
  if (text.size() > longest_url) return std::nullopt;
  Url url;
  url.text = text;
  const auto scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) return std::nullopt;
  const auto scheme = lower(text.substr(0, scheme_end));
  if (scheme != "http" && scheme != "https") return std::nullopt;
  url.https = scheme == "https";
  text.remove_prefix(scheme_end + 3);

  const auto authority = text.substr(0, text.find_first_of("/?#"));
  text.remove_prefix(authority.size());
  std::string_view port;
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    url.host = lower(authority.substr(1, end - 1));
    if (!is_ipv6(url.host)) return std::nullopt;
    const auto rest = authority.substr(end + 1);
    if (!rest.empty() && rest[0] != ':') return std::nullopt;
    port = rest.empty() ? rest : rest.substr(1);
  } else {
    const auto colon = authority.find(':');
    url.host = lower(authority.substr(0, colon));
    if (!is_name(url.host)) return std::nullopt;
    if (colon != std::string_view::npos) port = authority.substr(colon + 1);
  }
  auto number = parse_port(port, url.https);
  if (!number) return std::nullopt;
  url.port = std::move(*number);

  const auto hash = text.find('#');
  if (hash != std::string_view::npos && !is_part(text.substr(hash + 1), "?")) return std::nullopt;
  text = text.substr(0, hash);
  const auto question = text.find('?');
  if (!is_part(text.substr(0, question), "")) return std::nullopt;
  // Departure: "a[]=1" is against RFC 3986 section 3.4, but a habit of many web frameworks.
  if (question != std::string_view::npos && !is_part(text.substr(question + 1), "?[]"))
    return std::nullopt;
  url.target = text.starts_with('/') ? std::string(text) : "/" + std::string(text);
  return url;
}

}  // namespace cloudvno::http
