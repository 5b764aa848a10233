// Scopes and their names.
#include "domain/api/caller.hpp"

#include <array>
#include <string>

namespace cloudvno::api {
namespace {

constexpr std::array<std::string_view, scope_count> names{
    "messages:read", "messages:write", "calls:read",   "calls:write",
    "numbers:read",  "numbers:write",  "verify:write", "lookups:read"};

}  // namespace

std::string_view scope_name(Scope scope) {
  return names[static_cast<std::size_t>(scope)];
}

std::optional<Scope> parse_scope(std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<Scope>(i);
  }
  return std::nullopt;
}

ScopeSet ScopeSet::all() {
  ScopeSet set;
  for (int i = 0; i < scope_count; ++i) set.add(static_cast<Scope>(i));
  return set;
}

std::optional<ScopeSet> ScopeSet::parse(std::string_view text) {
  ScopeSet set;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(" ,"), text.size());
    if (const auto word = text.substr(0, end); !word.empty()) {
      const auto scope = parse_scope(word);
      if (!scope) return std::nullopt;
      set.add(*scope);
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return set;
}

std::string ScopeSet::str() const {
  std::string text;
  for (int i = 0; i < scope_count; ++i) {
    if (!has(static_cast<Scope>(i))) continue;
    if (!text.empty()) text += ' ';
    text += names[static_cast<std::size_t>(i)];
  }
  return text;
}

}  // namespace cloudvno::api
