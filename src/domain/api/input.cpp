// Reading and judging parameters.
#include "domain/api/input.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <charconv>

#include "domain/api/repeated_name.hpp"

namespace cloudvno::api {
namespace {

namespace json = boost::json;

constexpr std::size_t most_nesting = 16;

Result<json::object> read_form(std::string_view form, std::string_view what) {
  auto fields = http::parse_form(form);
  if (!fields) {
    return fail(Errc::malformed_body,
                fmt::format("The {} is not application/x-www-form-urlencoded UTF-8, or has more "
                            "than 1,000 fields.",
                            what));
  }
  json::object parameters;
  for (auto& [name, value] : *fields) {
    const bool is_list = name.ends_with("[]");
    if (is_list) name.resize(name.size() - 2);
    auto* known = parameters.if_contains(name);
    if (!known) {
      json::string text(value);
      parameters[name] =
          is_list ? json::value(json::array{std::move(text)}) : json::value(std::move(text));
    } else if (known->is_array()) {
      known->as_array().emplace_back(json::string(value));
    } else {
      json::array list;
      list.push_back(std::move(*known));
      list.emplace_back(json::string(value));
      *known = std::move(list);
    }
  }
  return parameters;
}

std::string_view media_type(std::string_view content_type) {
  auto type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
  return type;
}

std::unexpected<Error> wrong(std::string_view name, std::string_view allowed) {
  return fail(Errc::invalid_parameter, fmt::format("`{}` must be {}.", name, allowed),
              std::string(name));
}

std::unexpected<Error> missing(std::string_view name) {
  return fail(Errc::missing_parameter, fmt::format("`{}` is missing.", name), std::string(name));
}

}  // namespace

Result<json::object> read_parameters(const http::Request& request) {
  if (request.method == "GET" || request.method == "DELETE") {
    return read_form(request.query, "query");
  }
  if (request.body.empty()) return json::object();
  const auto type = media_type(request.headers.value("Content-Type"));
  if (http::equal_ignoring_case(type, "application/x-www-form-urlencoded")) {
    return read_form(request.body, "body");
  }
  if (!http::equal_ignoring_case(type, "application/json")) {
    return fail(Errc::unsupported_media_type);
  }
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = most_nesting;
  auto value = json::parse(request.body, error, {}, options);
  if (error) {
    return fail(Errc::malformed_body,
                fmt::format("The body is not valid JSON: {}.", error.message()));
  }
  if (!value.is_object()) return fail(Errc::malformed_body, "The body must be a JSON object.");
  if (has_repeated_name(request.body)) {
    return fail(Errc::malformed_body, "The body has the same name twice in one JSON object.");
  }
  return std::move(value.as_object());
}

const json::value* Input::take(std::string_view name) {
  read_.push_back(name);
  const auto* value = parameters_.if_contains(name);
  return value && !value->is_null() ? value : nullptr;
}

bool Input::has(std::string_view name) const {
  const auto* value = parameters_.if_contains(name);
  return value && !value->is_null();
}

Result<std::string> Input::read_text(std::string_view name, const json::value& value,
                                     std::size_t most) {
  if (!value.is_string()) return wrong(name, "a string");
  const auto& text = value.as_string();
  if (text.size() > most) return wrong(name, fmt::format("at most {} bytes long", most));
  if (std::string_view(text).contains('\0')) return wrong(name, "a text without NUL characters");
  if (!http::is_utf8(text)) return wrong(name, "UTF-8");
  return std::string(text);
}

Result<std::optional<std::string>> Input::optional_text(std::string_view name, std::size_t most) {
  const auto* value = take(name);
  if (!value) return std::nullopt;
  return read_text(name, *value, most);
}

Result<std::optional<std::vector<std::string>>> Input::optional_texts(std::string_view name,
                                                                      std::size_t most_texts,
                                                                      std::size_t most) {
  const auto* value = take(name);
  if (!value) return std::nullopt;
  std::vector<std::string> texts;
  const auto keep = [&](const json::value& item) -> Result<> {
    TRY_ASSIGN(auto text, read_text(name, item, most));
    if (!text.empty()) texts.push_back(std::move(text));
    return {};
  };
  if (value->is_array()) {
    if (value->as_array().size() > most_texts) {
      return wrong(name, fmt::format("a list of at most {} texts", most_texts));
    }
    for (const auto& item : value->as_array()) TRY(keep(item));
  } else {
    TRY(keep(*value));
  }
  return texts;
}

Result<std::string> Input::text(std::string_view name, std::size_t most) {
  TRY_ASSIGN(auto text, optional_text(name, most));
  if (!text) return missing(name);
  return std::move(*text);
}

Result<std::optional<std::int64_t>> Input::optional_integer(std::string_view name,
                                                            std::int64_t least, std::int64_t most) {
  const auto* value = take(name);
  if (!value) return std::nullopt;
  const auto allowed = fmt::format("a whole number from {} to {}", least, most);
  std::int64_t number = 0;
  if (value->is_int64()) {
    number = value->as_int64();
  } else if (value->is_string()) {
    const auto& text = value->as_string();
    const auto end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || stop != end) return wrong(name, allowed);
  } else {
    return wrong(name, allowed);
  }
  if (number < least || number > most) return wrong(name, allowed);
  return number;
}

Result<std::optional<double>> Input::optional_share(std::string_view name) {
  constexpr std::string_view allowed = "a number from 0 to 1";
  const auto* value = take(name);
  if (!value) return std::nullopt;
  double share = -1;
  if (value->is_number()) {
    share = value->to_number<double>();
  } else if (value->is_string()) {
    const auto& text = value->as_string();
    const auto end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, share);
    if (error != std::errc() || stop != end) return wrong(name, allowed);
  }
  if (!(share >= 0 && share <= 1)) return wrong(name, allowed);  // no number at all, too
  return share;
}

Result<std::optional<bool>> Input::optional_boolean(std::string_view name) {
  const auto* value = take(name);
  if (!value) return std::nullopt;
  if (value->is_bool()) return value->as_bool();
  if (value->is_string() && value->as_string() == "true") return true;
  if (value->is_string() && value->as_string() == "false") return false;
  return wrong(name, "true or false");
}

Result<std::optional<PhoneNumber>> Input::read_number(
    std::string_view name, std::optional<PhoneNumber> (*parse)(std::string_view)) {
  const auto* value = take(name);
  if (!value) return std::nullopt;
  std::string text(value->is_string() ? std::string_view(value->as_string()) : std::string_view());
  // An unencoded '+' of a form or query arrives as a space: everybody's first curl.
  if (text.starts_with(' ')) text[0] = '+';
  auto number = parse(text);
  if (!number) {
    return fail(Errc::invalid_phone_number,
                fmt::format("`{}` must be a phone number in E.164, such as +12015550100.", name),
                std::string(name));
  }
  return number;
}

Result<std::optional<PhoneNumber>> Input::optional_phone_number(std::string_view name) {
  return read_number(name, &PhoneNumber::parse);
}

Result<PhoneNumber> Input::phone_number(std::string_view name) {
  TRY_ASSIGN(auto number, optional_phone_number(name));
  if (!number) return missing(name);
  return std::move(*number);
}

Result<std::optional<PhoneNumber>> Input::optional_sender(std::string_view name) {
  return read_number(name, &PhoneNumber::parse_sender);
}

Result<PhoneNumber> Input::sender(std::string_view name) {
  TRY_ASSIGN(auto number, optional_sender(name));
  if (!number) return missing(name);
  return std::move(*number);
}

Result<std::optional<Time>> Input::optional_time(std::string_view name) {
  TRY_ASSIGN(const auto text, optional_text(name, 64));
  if (!text) return std::nullopt;
  const auto time = from_iso8601(*text);
  if (!time) return wrong(name, "a time in ISO 8601 with its zone, such as 2026-11-23T20:00:00Z");
  return time;
}

Result<std::optional<std::string>> Input::optional_url(std::string_view name) {
  TRY_ASSIGN(auto text, optional_text(name, 2'000));
  if (text && !text->empty() && !http::Url::parse(*text)) {
    return wrong(name, "an absolute http or https URL without user name and password");
  }
  return text;
}

Result<json::array> Input::objects(std::string_view name, std::size_t most) {
  const auto* value = take(name);
  if (!value) return missing(name);
  const auto allowed = fmt::format("a list of 1 to {} JSON objects", most);
  json::value parsed;
  if (value->is_string()) {
    boost::system::error_code error;
    json::parse_options options;
    options.max_depth = most_nesting;
    parsed = json::parse(value->as_string(), error, {}, options);
    if (error || has_repeated_name(value->as_string())) return wrong(name, allowed);
    value = &parsed;
  }
  if (!value->is_array() || value->as_array().empty() || value->as_array().size() > most ||
      !std::ranges::all_of(value->as_array(), &json::value::is_object)) {
    return wrong(name, allowed);
  }
  return value->as_array();
}

Result<std::optional<std::string>> Input::optional_word(std::string_view name,
                                                        std::span<const std::string_view> words) {
  TRY_ASSIGN(auto text, optional_text(name, 64));
  if (text && std::ranges::find(words, *text) == words.end()) {
    return wrong(name, fmt::format("one of {}", fmt::join(words, ", ")));
  }
  return text;
}

Result<> Input::finish() const {
  for (const auto& parameter : parameters_) {
    const std::string_view name = parameter.key();
    if (std::ranges::find(read_, name) != read_.end()) continue;
    const bool printable = std::ranges::all_of(name, [](char c) { return c > ' ' && c < 0x7f; });
    const std::string shown(printable ? name.substr(0, 64) : "?");
    return fail(Errc::unknown_parameter, fmt::format("This route has no parameter `{}`.", shown),
                shown);
  }
  return {};
}

}  // namespace cloudvno::api
