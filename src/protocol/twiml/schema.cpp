// Checking elements against what they may have.
#include "protocol/twiml/schema.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cloudvno::twiml {
namespace {

// A name from the document, short enough to show.
std::string_view shown(std::string_view name) {
  std::size_t length = std::min<std::size_t>(name.size(), 40);
  while (length < name.size() && length > 0 && (name[length] & 0xC0) == 0x80) --length;
  return name.substr(0, length);
}

bool is_listed(std::string_view list, std::string_view name) {
  while (!list.empty()) {
    const auto end = std::min(list.find(' '), list.size());
    if (list.substr(0, end) == name) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

bool is_namespace(std::string_view attribute) {
  return attribute == "xmlns" || attribute.starts_with("xmlns:") || attribute.starts_with("xsi:");
}

}  // namespace

void Schema::check(const Node& element, Warnings& warnings) const {
  for (const auto& attribute : element.attributes) {
    if (is_listed(attributes, attribute.name) || is_namespace(attribute.name)) continue;
    warnings.add(code::schema_warning, fmt::format("{} has no attribute {}; it was ignored",
                                                   shown(element.name), shown(attribute.name)));
  }
  for (const auto& child : element.children) {
    if (child.is_text() || is_listed(children, child.name)) continue;
    warnings.add(code::schema_warning, fmt::format("{} has no element {}; it was ignored",
                                                   shown(element.name), shown(child.name)));
  }
  if (!text && !element.own_text().empty()) {
    warnings.add(code::schema_warning,
                 fmt::format("{} takes no text; it was ignored", shown(element.name)));
  }
}

Method read_method(const Node& element, std::string_view attribute, Warnings& warnings) {
  const auto value = element.attribute(attribute).value_or("POST");
  const auto is = [&](std::string_view word) {
    return std::ranges::equal(value, word, [](char a, char b) { return (a & ~0x20) == b; });
  };
  if (is("GET")) return Method::get;
  if (!is("POST")) {
    warnings.add(code::schema_warning, fmt::format("{}'s {} is neither GET nor POST; POST was used",
                                                   shown(element.name), attribute));
  }
  return Method::post;
}

}  // namespace cloudvno::twiml
