// Answers and failures as HTTP.
#include "domain/api/answer.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace cloudvno::api {
namespace json = boost::json;

Answer Answer::json(int status, const boost::json::object& body) {
  return {status, boost::json::serialize(body), false, "application/json"};
}

Answer Answer::file(std::string content, std::string content_type) {
  Answer answer{200, std::move(content), false, std::move(content_type), {}};
  answer.headers.add("X-Content-Type-Options", "nosniff");
  answer.headers.add("Content-Disposition", "attachment");
  answer.headers.add("Content-Security-Policy", "default-src 'none'; sandbox");
  answer.headers.add("Cross-Origin-Resource-Policy", "same-origin");
  return answer;
}

int http_status(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::bad_input:
      return 400;
    case ErrorKind::unauthenticated:
      return 401;
    case ErrorKind::forbidden:
      return 403;
    case ErrorKind::not_found:
      return 404;
    case ErrorKind::method_not_allowed:
      return 405;
    case ErrorKind::conflict:
      return 409;
    case ErrorKind::body_too_large:
      return 413;
    case ErrorKind::unsupported_media_type:
      return 415;
    case ErrorKind::refused:
      return 422;
    case ErrorKind::too_many:
      return 429;
    case ErrorKind::unavailable:
      return 503;
    case ErrorKind::internal:
      return 500;
  }
  return 500;
}

boost::json::object error_object(const Error& error, std::string_view docs_url) {
  const auto& entry = error_entry(error.code);
  // Without a text of its own an error says the table's first sentence.
  std::string text = error.text;
  if (text.empty()) text = entry.meaning.substr(0, entry.meaning.find(". ") + 1);
  if (text.empty()) text = entry.meaning;
  return {{"code", entry.name},
          {"message", text},
          {"param", error.param.empty() ? json::value(nullptr) : json::value(error.param)},
          {"doc_url", fmt::format("{}#{}", docs_url, entry.name)}};
}

http::Response error_response(const Error& error, std::string_view request_id,
                              std::string_view docs_url) {
  const auto& entry = error_entry(error.code);
  auto fields = error_object(error, docs_url);
  fields["request_id"] = request_id;
  http::Response response;
  response.status = http_status(entry.kind);
  if (entry.kind == ErrorKind::too_many || entry.kind == ErrorKind::unavailable) {
    const int seconds = std::max(1, error.retry_after_s);
    fields["retry_after"] = seconds;
    response.headers.add("Retry-After", std::to_string(seconds));
  }
  if (entry.kind == ErrorKind::unauthenticated) {
    response.headers.add("WWW-Authenticate", "Bearer");
  }
  response.headers.add("Content-Type", "application/json");
  response.body = json::serialize(json::object{{"error", std::move(fields)}});
  return response;
}

json::value json_time(const std::optional<Time>& time) {
  if (!time) return nullptr;
  return json::string(to_iso8601(*time));
}

}  // namespace cloudvno::api
