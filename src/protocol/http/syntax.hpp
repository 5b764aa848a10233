// Character classes and field lines that requests and responses share (RFC 9110 section 5, RFC 9112
// section 5).
#pragma once

#include <optional>
#include <string_view>
#include <utility>

namespace cloudvno::http {

// A token of at least one character (RFC 9110 section 5.6.2): methods, field names.
bool is_token(std::string_view text);

// A field value: visible ASCII, spaces, tabs and bytes from 0x80; no other control character.
bool is_field_value(std::string_view text);

// "Name: value" without its CRLF, as name and trimmed value. Nothing where there is no colon, a
// space before it (RFC 9112 section 5.1), a fold (section 5.2), or a character that may not be.
std::optional<std::pair<std::string_view, std::string_view>> parse_field_line(
    std::string_view line);

std::string_view trim(std::string_view text);  // spaces and tabs

// True if the comma-separated list (RFC 9110 section 5.6.1) has that token, in any case.
bool list_has(std::string_view list, std::string_view token);

// Decimal digits only, without sign, at most 18 of them (RFC 9110 section 8.6).
std::optional<std::uint64_t> parse_length(std::string_view text);

// host [":" port] as in Host and in an absolute-form target (RFC 9112 section 3.2.2); not empty, no
// user information.
bool is_authority(std::string_view text);

}  // namespace cloudvno::http
