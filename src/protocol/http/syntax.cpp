// Character classes as tables, because every byte of every head passes through them.
#include "protocol/http/syntax.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "protocol/http/message.hpp"

namespace cloudvno::http {
namespace {

using Table = std::array<bool, 256>;

constexpr Table make_token_table() {
  Table table{};
  for (int c = '0'; c <= '9'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (int c = 'a'; c <= 'z'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (int c = 'A'; c <= 'Z'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (const char c : std::string_view("!#$%&'*+-.^_`|~"))
    table[static_cast<std::uint8_t>(c)] = true;
  return table;
}

constexpr Table make_value_table() {
  Table table{};
  table['\t'] = true;
  for (std::size_t c = ' '; c < 256; ++c) table[c] = c != 0x7f;
  return table;
}

// unreserved, sub-delims, and what an address literal, a port and an escape need
constexpr Table make_authority_table() {
  Table table{};
  for (int c = '0'; c <= '9'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (int c = 'a'; c <= 'z'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (int c = 'A'; c <= 'Z'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (const char c : std::string_view("-._~!$&'()*+,;=:[]%"))
    table[static_cast<std::uint8_t>(c)] = true;
  return table;
}

constexpr Table token_table = make_token_table();
constexpr Table value_table = make_value_table();
constexpr Table authority_table = make_authority_table();

bool all_in(const Table& table, std::string_view text) {
  for (const char c : text) {
    if (!table[static_cast<std::uint8_t>(c)]) return false;
  }
  return true;
}

}  // namespace

bool is_token(std::string_view text) {
  return !text.empty() && all_in(token_table, text);
}

bool is_field_value(std::string_view text) {
  return all_in(value_table, text);
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::optional<std::pair<std::string_view, std::string_view>> parse_field_line(
    std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto name = line.substr(0, colon);
  const auto value = trim(line.substr(colon + 1));
  // A fold begins with a space and a space before the colon ends the name: neither is a token.
  if (!is_token(name) || !is_field_value(value)) return std::nullopt;
  return std::pair(name, value);
}

bool list_has(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    if (equal_ignoring_case(trim(list.substr(0, comma)), token)) return true;
    if (comma == std::string_view::npos) return false;
    list.remove_prefix(comma + 1);
  }
  return false;
}

std::optional<std::uint64_t> parse_length(std::string_view text) {
  if (text.empty() || text.size() > 18 || text[0] == '-') return std::nullopt;
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return length;
}

bool is_authority(std::string_view text) {
  if (text.empty() || text[0] == ':' || !all_in(authority_table, text)) return false;
  // An address in brackets has colons of its own.
  const auto host_end = text[0] == '[' ? text.find(']') : 0;
  if (host_end == std::string_view::npos) return false;
  const auto colon = text.find(':', host_end);
  if (colon == std::string_view::npos) return true;
  return std::ranges::all_of(text.substr(colon + 1), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace cloudvno::http
