// The answer to a request that the handler never sees, in the shape of the API's errors.
#include <fmt/format.h>

#include "protocol/http_io/server.hpp"

namespace cloudvno::http_io {
namespace {

std::string_view code_of(int status) {
  switch (status) {
    case 405:
      return "method_not_allowed";
    case 413:
      return "body_too_large";
    case 500:
      return "internal_error";
    case 503:
      return "service_unavailable";
    default:
      return "malformed_request";
  }
}

}  // namespace

http::Response refuse_as_json(int status, std::string_view reason) {
  http::Response response;
  response.status = status;
  response.headers.add("Content-Type", "application/json");
  if (status == 405) response.headers.add("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
  if (status == 503) response.headers.add("Retry-After", "1");
  // The reasons are words of this program without a quote or a backslash.
  response.body =
      fmt::format(R"({{"error":{{"code":"{}","message":"{}","param":null,"doc_url":null{}}}}})",
                  code_of(status), reason, status == 503 ? R"(,"retry_after":1)" : "");
  return response;
}

}  // namespace cloudvno::http_io
