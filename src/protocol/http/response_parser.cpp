// The response parser: the same lines as of requests, with the response's rules of framing.
#include "protocol/http/response_parser.hpp"

#include <cstring>

#include "protocol/http/syntax.hpp"

namespace cloudvno::http {
namespace {

constexpr std::size_t most_head_bytes = 16 * 1024;
constexpr std::size_t most_fields = 100;
constexpr int most_interim = 8;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

bool ResponseParser::fail(std::string_view fault) {
  state_ = State::malformed;
  fault_ = fault;
  return false;
}

std::size_t ResponseParser::consume(std::string_view data) {
  std::size_t taken = 0;
  while (state_ == State::line || state_ == State::fields) {
    const auto rest = data.substr(taken);
    const auto* lf = static_cast<const char*>(std::memchr(rest.data(), '\n', rest.size()));
    const std::size_t length = lf ? static_cast<std::size_t>(lf - rest.data()) + 1 : rest.size();
    if (head_bytes_ + length > most_head_bytes) {
      state_ = State::too_large;
      break;
    }
    if (!lf) break;
    if (length < 2 || rest[length - 2] != '\r') {
      fail("A line of the head ends with LF alone.");
      break;
    }
    head_bytes_ += length;
    taken += length;
    const auto line = rest.substr(0, length - 2);
    if (state_ == State::line ? !take_status_line(line)
                              : !(line.empty() ? finish_head() : take_field(line)))
      break;
  }
  if (state_ == State::body) {
    taken += body_.consume(data.substr(taken), response_.body);
    check_body();
  }
  return taken;
}

void ResponseParser::end() {
  if (state_ == State::body) {
    body_.end();
    check_body();
  } else if (state_ != State::complete && state_ != State::too_large) {
    fail("The connection was closed within the head.");
  }
}

bool ResponseParser::take_status_line(std::string_view line) {
  // "HTTP/1.1 200 OK", with or without a reason and the space before it
  if (line.size() < 12 || !line.starts_with("HTTP/1.") || !is_digit(line[7]) || line[8] != ' ')
    return fail("The status line is not HTTP/1.1.");
  const auto digits = line.substr(9, 3);
  if (!is_digit(digits[0]) || !is_digit(digits[1]) || !is_digit(digits[2]) ||
      (line.size() > 12 && line[12] != ' ') || !is_field_value(line.substr(12)))
    return fail("The status line is malformed.");
  http_1_0_ = line[7] == '0';
  response_.status = (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0');
  // 101 would hand the connection to a protocol that nobody asked for.
  if (response_.status < 100 || response_.status > 599 || response_.status == 101)
    return fail("The status is none that can answer the request.");
  state_ = State::fields;
  return true;
}

bool ResponseParser::take_field(std::string_view line) {
  const auto field = parse_field_line(line);
  if (!field) return fail("A header field is malformed.");
  if (response_.headers.all().size() >= most_fields) {
    state_ = State::too_large;
    return false;
  }
  const auto [name, value] = *field;
  if (equal_ignoring_case(name, "Content-Length")) {
    const auto length = parse_length(value);
    if (!length || (content_length_ && *content_length_ != *length))
      return fail("Content-Length is not one number.");
    content_length_ = *length;
  } else if (equal_ignoring_case(name, "Transfer-Encoding")) {
    ++codings_;
    chunked_ = equal_ignoring_case(value, "chunked");
  } else if (equal_ignoring_case(name, "Connection")) {
    close_asked_ = close_asked_ || list_has(value, "close");
    keep_alive_asked_ = keep_alive_asked_ || list_has(value, "keep-alive");
  }
  response_.headers.add(std::string(name), std::string(value));
  return true;
}

bool ResponseParser::finish_head() {
  const int status = response_.status;
  if (status < 200) {
    if (++interim_ > most_interim) return fail("There are too many interim answers.");
    const int interim = interim_;
    const std::size_t head_bytes = head_bytes_;
    *this = ResponseParser(to_head_, most_);
    interim_ = interim;
    head_bytes_ = head_bytes;
    return true;
  }
  if (codings_ > 0 && content_length_)
    return fail("Content-Length and Transfer-Encoding exclude each other.");
  if (codings_ > 1 || (codings_ == 1 && !chunked_))
    return fail("The only transfer coding known is chunked.");
  keep_alive_ = !close_asked_ && (!http_1_0_ || keep_alive_asked_);
  state_ = State::body;
  if (to_head_ || status == 204 || status == 304) {
    body_.begin_length(0);
  } else if (chunked_) {
    body_.begin_chunked();
  } else if (content_length_) {
    body_.begin_length(*content_length_);
  } else {
    body_.begin_until_close();
    until_close_ = true;
    keep_alive_ = false;
  }
  check_body();
  return false;
}

void ResponseParser::check_body() {
  switch (body_.state()) {
    case BodyReader::State::more:
      break;
    case BodyReader::State::done:
      state_ = State::complete;
      break;
    case BodyReader::State::malformed:
      fail("The body is malformed or was cut off.");
      break;
    case BodyReader::State::too_large:
      state_ = State::too_large;
      break;
  }
}

}  // namespace cloudvno::http
