// Printing URIs and looking into lists of parameters. Parsing is in sofia_parse.cpp.
#include "protocol/sip/uri.hpp"

#include <charconv>

namespace cloudvno::sip {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

}  // namespace

bool equal_words(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t at = 0; at < a.size(); ++at)
    if (lower(a[at]) != lower(b[at])) return false;
  return true;
}

std::string_view trim(std::string_view text) {
  auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::optional<std::uint32_t> parse_number(std::string_view text) {
  std::uint32_t number = 0;
  auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::string_view> find_param(std::string_view params, std::string_view name,
                                           char separator) {
  while (!params.empty()) {
    std::size_t end = params.find(separator);
    std::string_view one = trim(params.substr(0, end));
    std::size_t equals = one.find('=');
    if (equal_words(trim(one.substr(0, equals)), name))
      return equals == std::string_view::npos ? std::string_view() : trim(one.substr(equals + 1));
    if (end == std::string_view::npos) break;
    params.remove_prefix(end + 1);
  }
  return std::nullopt;
}

bool lists_word(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    std::size_t end = list.find(',');
    if (equal_words(trim(list.substr(0, end)), word)) return true;
    if (end == std::string_view::npos) break;
    list.remove_prefix(end + 1);
  }
  return false;
}

std::string Uri::text() const {
  std::string out = scheme + ":" + user;
  if (!host.empty()) {
    if (!user.empty()) out += '@';
    bool v6 = host.find(':') != std::string::npos;
    out += v6 ? "[" + host + "]" : host;
  }
  if (port != 0) out += ":" + std::to_string(port);
  if (!params.empty()) out += ";" + params;
  if (!headers.empty()) out += "?" + headers;
  return out;
}

std::optional<std::string_view> Uri::param(std::string_view name) const {
  return find_param(params, name);
}

}  // namespace cloudvno::sip
