// Reading a content type.
#include "protocol/twiml/content_type.hpp"

#include <algorithm>

#include "protocol/twiml/text.hpp"

namespace cloudvno::twiml {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

// Takes what stands before the next `separator`, and that, off the front of `rest`.
std::string_view take_until(std::string_view& rest, char separator) {
  const auto end = rest.find(separator);
  const auto taken = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return trimmed(taken);
}

}  // namespace

ContentType parse_content_type(std::string_view header) {
  ContentType out;
  out.type = lower(take_until(header, ';'));
  while (!header.empty()) {
    auto value = take_until(header, ';');
    if (lower(take_until(value, '=')) != "charset") continue;
    value = trimmed(value);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    out.charset = lower(value);
    break;
  }
  return out;
}

}  // namespace cloudvno::twiml
