// Writing a line of the log.
#include "base/log_line.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.hpp"

namespace cloudvno::log {
namespace {

std::string_view name_of(Level level) {
  constexpr std::string_view names[] = {"debug", "info", "warn", "error"};
  return names[static_cast<int>(level)];
}

// Control characters (C0, DEL, C1), Unicode's line ends and marks that turn the direction of text.
bool is_escaped(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) || (c >= 0x200e && c <= 0x200f) ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

// A JSON string (RFC 8259 section 7); bytes that are not UTF-8 become U+FFFD.
void append_quoted(std::string& out, std::string_view text) {
  const bool cut = text.size() > longest_value;
  if (cut) text = text.substr(0, longest_value);
  out += '"';
  while (!text.empty()) {
    const auto c = take_code_point(text);
    if (!c) {
      append_utf8(out, replacement_character);
      text.remove_prefix(1);
    } else if (*c == '"' || *c == '\\') {
      out += '\\';
      out += static_cast<char>(*c);
    } else if (is_escaped(*c)) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(*c));
    } else {
      append_utf8(out, *c);
    }
  }
  if (cut) out += "...";
  out += '"';
}

// A value that looks the same with quotes and without, so that the text line may leave them out.
bool is_plain(std::string_view text) {
  return !text.empty() && text.size() <= longest_value && std::ranges::all_of(text, [](char c) {
    return c > 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '=';
  });
}

}  // namespace

std::string text_line(Time time, Level level, std::string_view event, Fields fields) {
  auto line = fmt::format("{} {:5} {}", to_iso8601(time), name_of(level), event);
  for (const auto& field : fields) {
    line += ' ';
    line += field.name;
    line += '=';
    if (field.value.quoted() && !is_plain(field.value.text())) {
      append_quoted(line, field.value.text());
    } else {
      line += field.value.text();
    }
  }
  return line;
}

std::string json_line(Time time, Level level, std::string_view event, Fields fields) {
  auto line = fmt::format(R"({{"time":"{}","level":"{}","event":"{}")", to_iso8601(time),
                          name_of(level), event);
  for (const auto& field : fields) {
    line += ',';
    append_quoted(line, field.name);
    line += ':';
    if (field.value.quoted()) {
      append_quoted(line, field.value.text());
    } else {
      line += field.value.text();
    }
  }
  line += '}';
  return line;
}

}  // namespace cloudvno::log
