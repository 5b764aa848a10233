// Reading fields.
#include "domain/numbers/csv_line.hpp"

namespace cloudvno::numbers {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

void skip_blanks(std::string_view& text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
}

// Takes a field that begins with a quote; two quotes in it stand for one.
std::optional<std::string> take_quoted(std::string_view& text) {
  text.remove_prefix(1);
  std::string field;
  while (!text.empty()) {
    const auto end = text.find('"');
    if (end == std::string_view::npos) return std::nullopt;
    field += text.substr(0, end);
    text.remove_prefix(end + 1);
    if (text.empty() || text.front() != '"') return field;
    field += '"';
    text.remove_prefix(1);
  }
  return std::nullopt;
}

std::optional<std::string> take_plain(std::string_view& text) {
  auto field = text.substr(0, text.find(','));
  text.remove_prefix(field.size());
  if (field.contains('"')) return std::nullopt;
  while (!field.empty() && is_blank(field.back())) field.remove_suffix(1);
  return std::string(field);
}

}  // namespace

std::optional<std::vector<std::string>> split_csv_line(std::string_view line) {
  std::vector<std::string> fields;
  while (true) {
    skip_blanks(line);
    auto field = line.starts_with('"') ? take_quoted(line) : take_plain(line);
    if (!field) return std::nullopt;
    fields.push_back(std::move(*field));
    skip_blanks(line);
    if (line.empty()) return fields;
    if (line.front() != ',') return std::nullopt;
    line.remove_prefix(1);
  }
}

}  // namespace cloudvno::numbers
