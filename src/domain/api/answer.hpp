// What a route answers, and how failures look on the wire.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "protocol/http/message.hpp"

namespace cloudvno::api {

struct Answer {
  int status = 200;
  std::string body;       // JSON text, or what content_type says; empty with 204
  bool replayed = false;  // kept from an earlier request with the same Idempotency-Key
  std::string content_type = "application/json";
  http::Headers headers = {};  // beside those of every answer

  static Answer json(int status, const boost::json::object& body);
  // Bytes that others made: a file to be kept, whatever a browser thinks that it is.
  static Answer file(std::string content, std::string content_type);
  static Answer empty() { return {204, {}, false, {}, {}}; }
};

int http_status(ErrorKind kind);

// {"code","message","param","doc_url"}: an error as part of an answer.
boost::json::object error_object(const Error& error, std::string_view docs_url);
// The error body of product.md section 1. `docs_url` is the address of the page of all codes.
http::Response error_response(const Error& error, std::string_view request_id,
                              std::string_view docs_url);

// JSON of a time, or null.
boost::json::value json_time(const std::optional<Time>& time);

}  // namespace cloudvno::api
