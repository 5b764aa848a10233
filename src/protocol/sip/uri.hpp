// SIP, SIPS and tel URIs (RFC 3261 section 19.1, RFC 3966) as values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cloudvno::sip {

// `user` is as written (escapes stay); of a tel URI it is the number, and `host` is empty. An IPv6
// `host` stands without brackets. `params` and `headers` are without the leading ';' and '?'.
struct Uri {
  std::string scheme = "sip";
  std::string user;
  std::string host;
  std::uint16_t port = 0;  // 0: none written
  std::string params;
  std::string headers;

  // Nothing where it is none of the three kinds, or longer than 1,024 bytes.
  static std::optional<Uri> parse(std::string_view text);

  std::string text() const;
  // The value of a parameter, "" for one without a value; nothing where it is missing.
  std::optional<std::string_view> param(std::string_view name) const;

  bool operator==(const Uri&) const = default;
};

// A parameter's value in a list such as "transport=tcp;lr".
std::optional<std::string_view> find_param(std::string_view params, std::string_view name,
                                           char separator = ';');
// ASCII, without regard to case.
bool equal_words(std::string_view a, std::string_view b);
// Is `word` in a list such as "timer, 100rel"?
bool lists_word(std::string_view list, std::string_view word);
std::string_view trim(std::string_view text);
// A decimal number that fills the text; nothing for any other.
std::optional<std::uint32_t> parse_number(std::string_view text);

}  // namespace cloudvno::sip
