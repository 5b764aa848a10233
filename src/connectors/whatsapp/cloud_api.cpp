// Asking the Cloud API.
#include "connectors/whatsapp/cloud_api.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace cloudvno::whatsapp {
namespace {

namespace json = boost::json;
using enum verify::Brought::Result;

constexpr std::int64_t no_such_template = 132'001;  // or not in this language
constexpr std::int64_t undeliverable = 131'026;     // no WhatsApp there, or terms not accepted
constexpr std::int64_t same_as_sender = 131'021;
constexpr std::int64_t not_allowed_to_send = 131'030;  // a test account's list of recipients
constexpr std::int64_t user_chose_limit = 131'049;

verify::Brought outcome_of(const http::Response& answer) {
  if (answer.status / 100 == 2) return {done, {}};
  const auto error = read_error(answer.body);
  const auto code = error ? error->code : 0;
  switch (code) {
    case undeliverable:
    case same_as_sender:
    case not_allowed_to_send:
    case user_chose_limit:
      return {refused, fmt::format("WhatsApp cannot reach this number (error {}).", code)};
    case no_such_template:
      return {refused, "The platform's WhatsApp template does not exist in this language."};
    default:
      break;
  }
  // 429, 5xx, and what the operator can mend meanwhile (a token that ended, say).
  const auto result = answer.status == 400 ? refused : try_again;
  return {result, fmt::format("WhatsApp answered status {} (error {}).", answer.status, code)};
}

}  // namespace

std::string template_language(std::string_view locale) {
  std::string language;
  bool region = false;
  for (const char c : locale) {
    if (c == '-' || c == '_') {
      language += '_';
      region = true;
    } else if (region) {
      language += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    } else {
      language += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  return language;
}

std::string print_template(const verify::OutgoingCode& code, std::string_view template_name,
                           std::string_view language) {
  const auto parameters = [&] {
    return json::array{json::object{{"type", "text"}, {"text", code.code}}};
  };
  const std::string_view digits =
      std::string_view(code.to).substr(code.to.starts_with('+') ? 1 : 0);
  // The button's parameter repeats the code ("Authentication templates", copy code).
  const json::array components{
      json::object{{"type", "body"}, {"parameters", parameters()}},
      json::object{
          {"type", "button"}, {"sub_type", "url"}, {"index", "0"}, {"parameters", parameters()}}};
  return json::serialize(json::object{
      {"messaging_product", "whatsapp"},
      {"recipient_type", "individual"},
      {"to", digits},
      {"type", "template"},
      {"template",
       {{"name", template_name}, {"language", {{"code", language}}}, {"components", components}}}});
}

std::optional<CloudApiError> read_error(std::string_view body) {
  boost::system::error_code fault;
  json::parse_options limits;
  limits.max_depth = 16;
  const auto value = json::parse(json::string_view(body), fault, {}, limits);
  if (fault || !value.is_object()) return std::nullopt;
  const auto* error = value.as_object().if_contains("error");
  if (!error || !error->is_object()) return std::nullopt;
  const auto* code = error->as_object().if_contains("code");
  if (!code || !code->is_int64()) return std::nullopt;
  return CloudApiError{code->as_int64()};
}

net::Task<http::SendResult> CloudApi::send(const verify::OutgoingCode& code,
                                           const std::string& language) {
  http::OutgoingRequest request;
  request.url = options_.url;
  request.method = "POST";
  request.headers.add("Authorization", "Bearer " + options_.access_token);
  request.headers.add("Content-Type", "application/json");
  request.headers.add("User-Agent", "CloudVNO/1");
  request.body = print_template(code, options_.template_name, language);
  request.timeout = options_.timeout;
  co_return co_await client_.send(std::move(request));
}

net::Task<verify::Brought> CloudApi::bring(verify::OutgoingCode code) {
  const auto language = template_language(code.locale);
  auto answer = co_await send(code, language);
  if (answer && answer->status == 400 && language != options_.language) {
    const auto error = read_error(answer->body);
    if (error && error->code == no_such_template) answer = co_await send(code, options_.language);
  }
  if (!answer) {
    co_return verify::Brought{try_again, fmt::format("WhatsApp was not reached ({}).",
                                                     http::name_of(answer.error().kind))};
  }
  co_return outcome_of(*answer);
}

}  // namespace cloudvno::whatsapp
