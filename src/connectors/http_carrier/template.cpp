// Texts with placeholders: reading and filling in.
#include "connectors/http_carrier/template.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/bytes.hpp"
#include "protocol/http/message.hpp"
#include "protocol/sms/ucs2.hpp"

namespace cloudvno::http_carrier {
namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, placeholder_count> placeholder_names = {
    "from",     "to",          "text",       "message_sid",  "reference", "validity",
    "part",     "parts",       "encoding",   "udh",          "data",      "user",
    "password", "receipt_url", "media_type", "media_base64", "media_list"};
constexpr std::array<std::string_view, 8> filter_names = {"raw",    "url", "json",     "xml",
                                                          "digits", "hex", "hex-ucs2", "base64"};

template <std::size_t size>
std::optional<std::size_t> place_of(const std::array<std::string_view, size>& names,
                                    std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

template <std::size_t size>
std::string listed(const std::array<std::string_view, size>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

bool is_escape(Filter filter) {
  return filter <= Filter::xml;
}

std::string upper_hex(ByteView bytes) {
  auto hex = to_hex(bytes);
  std::ranges::transform(hex, hex.begin(), [](char c) {
    return c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c;
  });
  return hex;
}

// RFC 8259 section 7. Bytes beyond ASCII stay: values are UTF-8.
std::string escape_json(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\u{:04x}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

// XML 1.0 section 2.4. Of control characters XML knows only three; others become spaces.
std::string escape_xml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"' || c == '\'' || c == '\n' || c == '\r' || c == '\t') {
      out += fmt::format("&#{};", static_cast<int>(byte));
    } else {
      out += byte < 0x20 ? ' ' : c;
    }
  }
  return out;
}

std::string without_controls(std::string text) {
  for (auto& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) c = ' ';
  }
  return text;
}

std::string apply(Filter filter, std::string value) {
  switch (filter) {
    case Filter::raw:
      return value;
    case Filter::url:
      return http::percent_encode(value);
    case Filter::json:
      return escape_json(value);
    case Filter::xml:
      return escape_xml(value);
    case Filter::digits:
      std::erase_if(value, [](char c) { return c < '0' || c > '9'; });
      return value;
    case Filter::hex:
      return upper_hex(as_bytes(value));
    case Filter::hex_ucs2:
      return upper_hex(sms::to_ucs2(value).value_or(Bytes()));
    case Filter::base64:
      return to_base64(as_bytes(value));
  }
  return {};
}

std::string apply(Place place, std::string value) {
  switch (place) {
    case Place::url:
      return apply(Filter::url, std::move(value));
    case Place::json:
      return apply(Filter::json, std::move(value));
    case Place::xml:
      return apply(Filter::xml, std::move(value));
    case Place::header:
      return without_controls(std::move(value));
    case Place::plain:
    case Place::unclear:
      return value;
  }
  return {};
}

}  // namespace

std::expected<Template, std::string> Template::parse(std::string_view text) {
  Template made;
  Piece piece;
  while (!text.empty()) {
    const auto brace = text.find('{');
    piece.fixed += text.substr(0, brace);
    if (brace == std::string_view::npos) break;
    text.remove_prefix(brace + 1);
    const char next = text.empty() ? '\0' : text.front();
    if (next == '{') text.remove_prefix(1);
    if (next < 'a' || next > 'z') {
      piece.fixed += '{';
      continue;
    }
    const auto end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-:");
    if (end == std::string_view::npos || text[end] != '}') {
      return std::unexpected(
          fmt::format("\"{{{}\" has no closing brace; write {{to}}, or {{{{ for a brace by itself",
                      text.substr(0, std::min<std::size_t>(end, 20))));
    }
    auto inside = text.substr(0, end);
    text.remove_prefix(end + 1);
    const auto name = inside.substr(0, inside.find(':'));
    const auto placeholder = place_of(placeholder_names, name);
    if (!placeholder) {
      return std::unexpected(
          fmt::format("there is no placeholder {{{}}}, only {}", name, listed(placeholder_names)));
    }
    piece.has_placeholder = true;
    piece.placeholder = static_cast<Placeholder>(*placeholder);
    inside.remove_prefix(name.size());
    while (!inside.empty()) {
      inside.remove_prefix(1);
      const auto word = inside.substr(0, inside.find(':'));
      const auto filter = place_of(filter_names, word);
      if (!filter) {
        return std::unexpected(fmt::format("{{{}}} cannot be written as \"{}\", only as {}", name,
                                           word, listed(filter_names)));
      }
      piece.filters.push_back(static_cast<Filter>(*filter));
      inside.remove_prefix(word.size());
    }
    // JSON as it is.
    if (piece.placeholder == Placeholder::media_list && piece.filters.empty()) {
      piece.filters.push_back(Filter::raw);
    }
    made.pieces_.push_back(std::move(piece));
    piece = {};
  }
  if (!piece.fixed.empty()) made.pieces_.push_back(std::move(piece));
  return made;
}

bool Template::uses(Placeholder placeholder) const {
  return std::ranges::any_of(pieces_, [&](const Piece& piece) {
    return piece.has_placeholder && piece.placeholder == placeholder;
  });
}

std::string Template::leaves_open() const {
  const auto open = std::ranges::find_if(pieces_, [](const Piece& piece) {
    return piece.has_placeholder && std::ranges::none_of(piece.filters, is_escape);
  });
  if (open == pieces_.end()) return {};
  return fmt::format("{{{}}}", placeholder_names[static_cast<std::size_t>(open->placeholder)]);
}

std::string_view Template::fixed_beginning() const {
  return pieces_.empty() ? std::string_view() : pieces_.front().fixed;
}

std::string Template::render(Place place, const ValueOf& value_of) const {
  std::string out;
  for (const auto& piece : pieces_) {
    out += piece.fixed;
    if (!piece.has_placeholder) continue;
    auto value = value_of(piece.placeholder);
    for (const auto filter : piece.filters) value = apply(filter, std::move(value));
    const bool escaped = std::ranges::any_of(piece.filters, is_escape);
    out += escaped ? value : apply(place, std::move(value));
  }
  return out;
}

}  // namespace cloudvno::http_carrier
