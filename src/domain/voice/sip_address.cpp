// Reading SIP addresses.
#include "domain/voice/sip_address.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "protocol/http/message.hpp"

namespace cloudvno::voice {
namespace {

bool may_pass(std::string_view header) {
  constexpr std::array names{std::string_view("User-to-User"), std::string_view("Remote-Party-ID"),
                             std::string_view("P-Preferred-Identity"),
                             std::string_view("P-Called-Party-ID")};
  if (header.size() > 2 && http::equal_ignoring_case(header.substr(0, 2), "X-")) return true;
  return std::ranges::any_of(names,
                             [&](auto name) { return http::equal_ignoring_case(name, header); });
}

bool is_address_character(char c) {
  constexpr std::string_view others = "-_.!~*'()%&=+$,;?/:@[]";
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || others.contains(c);
}

bool is_header_value(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != 0x7f; });
}

bool is_token(std::string_view text) {
  constexpr std::string_view others = "-.!%*_+`'~";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || others.contains(c);
  });
}

}  // namespace

std::optional<SipAddress> parse_sip_address(std::string_view text) {
  constexpr std::size_t most = 255;
  if (text.size() > most || !std::ranges::all_of(text, is_address_character)) return std::nullopt;
  const auto scheme = text.substr(0, text.find(':'));
  if (!http::equal_ignoring_case(scheme, "sip") && !http::equal_ignoring_case(scheme, "sips")) {
    return std::nullopt;
  }
  const auto query = text.find('?');
  const auto uri = text.substr(0, query);
  const auto at = uri.find('@');
  const auto user = uri.substr(scheme.size() + 1, at - scheme.size() - 1);
  if (at == std::string_view::npos || user.empty() || at + 1 >= uri.size()) return std::nullopt;
  const auto host = uri.substr(at + 1, uri.find(';') - at - 1);
  if (host.empty() || host.front() == ':' || host.contains('@')) return std::nullopt;
  SipAddress address;
  address.uri = uri;
  if (query == std::string_view::npos) return address;
  const auto headers = http::parse_form(text.substr(query + 1));
  if (!headers) return std::nullopt;
  for (const auto& [name, value] : *headers) {
    if (may_pass(name) && is_token(name) && is_header_value(value)) {
      address.headers.emplace_back(name, value);
    }
  }
  return address;
}

}  // namespace cloudvno::voice
