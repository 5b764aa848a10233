// Finding values in answers and requests of aggregators.
#include "connectors/http_carrier/selector.hpp"

// A pattern is the operator's, the text the aggregator's: one that makes the pattern go to and fro
// ends as no match, after some milliseconds. (Used in this file only, so that all of it agrees.)
#define BOOST_REGEX_MAX_STATE_COUNT 200'000
#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <boost/regex.hpp>

namespace cloudvno::http_carrier {
namespace json = boost::json;
namespace {

constexpr std::size_t searched_by_patterns = 8 * 1024;  // bytes of a body

std::optional<std::string> as_text(const json::value& value) {
  if (const auto* text = value.if_string()) return std::string(*text);
  if (const auto* number = value.if_int64()) return std::to_string(*number);
  if (const auto* number = value.if_uint64()) return std::to_string(*number);
  if (const auto* number = value.if_double()) return fmt::format("{}", *number);
  if (const auto* truth = value.if_bool()) return *truth ? "true" : "false";
  return std::nullopt;
}

bool is_json(std::string_view content_type) {
  return content_type.find("json") != std::string_view::npos;
}

}  // namespace

class Selector::Pattern {
 public:
  explicit Pattern(const std::string& text) : regex_(text) {}

  std::optional<std::string> find(std::string_view text) const {
    text = text.substr(0, searched_by_patterns);
    boost::cmatch match;
    try {
      if (!boost::regex_search(text.data(), text.data() + text.size(), match, regex_))
        return std::nullopt;
    } catch (const std::runtime_error&) {  // too many steps
      return std::nullopt;
    }
    const auto& found = match[match.size() > 1 ? 1 : 0];
    if (!found.matched) return std::nullopt;
    return found.str();
  }

 private:
  boost::regex regex_;
};

const json::value* Document::json() const {
  if (!json_read_) {
    json_read_ = true;
    json::error_code error;
    auto value = json::parse(body_, error);
    if (!error) json_ = std::move(value);
  }
  return json_ ? &*json_ : nullptr;
}

std::optional<std::string> Document::field(std::string_view name) const {
  if (!fields_) {
    fields_.emplace();
    if (!is_json(headers_.value("Content-Type"))) {
      if (auto form = http::parse_form(body_)) *fields_ = std::move(*form);
    }
    if (auto query = http::parse_form(query_)) {
      fields_->insert(fields_->end(), query->begin(), query->end());
    }
  }
  for (const auto& [each, value] : *fields_) {
    if (each == name) return value;
  }
  return std::nullopt;
}

std::expected<Selector, std::string> Selector::take(std::string_view& text) {
  constexpr std::string_view forms =
      "json:/a/0/b, field:name, header:X-Name, regex:/id=(.+)/ or own";
  Selector made;
  if (text.starts_with("regex:/")) {
    text.remove_prefix(7);
    std::string pattern;
    while (!text.empty() && text.front() != '/') {
      if (text.starts_with("\\/")) text.remove_prefix(1);
      // An escape stays with what it escapes.
      else if (text.front() == '\\' && text.size() > 1) {
        pattern += text.front();
        text.remove_prefix(1);
      }
      pattern += text.front();
      text.remove_prefix(1);
    }
    if (text.empty()) return std::unexpected("a regex has a slash at each end: regex:/id=(.+)/");
    text.remove_prefix(1);
    made.kind_ = Kind::regex;
    try {
      made.pattern_ = std::make_shared<const Pattern>(pattern);
    } catch (const std::runtime_error& error) {
      return std::unexpected(fmt::format("the regex /{}/ is none: {}", pattern, error.what()));
    }
    return made;
  }
  const auto word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());
  if (word == "own") {
    made.kind_ = Kind::own;
    return made;
  }
  const auto colon = word.find(':');
  const auto kind = word.substr(0, colon);
  if (colon != std::string_view::npos) made.name_ = word.substr(colon + 1);
  if (kind == "json" && (made.name_.empty() || made.name_.front() == '/') &&
      colon != std::string_view::npos) {
    made.kind_ = Kind::json;
  } else if (kind == "field" && !made.name_.empty()) {
    made.kind_ = Kind::field;
  } else if (kind == "header" && !made.name_.empty()) {
    made.kind_ = Kind::header;
  } else {
    return std::unexpected(fmt::format("\"{}\" is no place of a value; write {}", word, forms));
  }
  return made;
}

std::expected<Selector, std::string> Selector::parse(std::string_view text) {
  if (text.empty()) return Selector();
  auto made = take(text);
  if (made && !text.empty())
    return std::unexpected(fmt::format("\"{}\" stands behind the place of a value", text));
  return made;
}

std::optional<std::string> Selector::find(const Document& document, const json::value* at) const {
  switch (kind_) {
    case Kind::none:
    case Kind::own:
      return std::nullopt;
    case Kind::field:
      return document.field(name_);
    case Kind::header: {
      const auto value = document.headers().find(name_);
      return value ? std::optional(std::string(*value)) : std::nullopt;
    }
    case Kind::regex:
      return pattern_->find(document.body());
    case Kind::json: {
      const auto* from = at ? at : document.json();
      if (!from) return std::nullopt;
      json::error_code error;
      const auto* found = from->find_pointer(name_, error);
      return found && !error ? as_text(*found) : std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace cloudvno::http_carrier
