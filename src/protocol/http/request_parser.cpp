// The request parser: whole lines of the head, then the body through BodyReader.
#include "protocol/http/request_parser.hpp"

#include <cstring>

#include "protocol/http/syntax.hpp"

namespace cloudvno::http {
namespace {

constexpr std::size_t longest_method = 32;
constexpr std::size_t first_body_reserve = 16 * 1024;
constexpr std::size_t usual_fields = 12;

// Visible ASCII but '#' (a fragment is never sent), of a target.
bool is_target(std::string_view text) {
  for (const char c : text) {
    if (c <= ' ' || c >= 0x7f || c == '#') return false;
  }
  return true;
}

void count(std::uint8_t& seen) {
  if (seen < 2) ++seen;
}

}  // namespace

bool RequestParser::refuse(int status, std::string_view reason) {
  state_ = State::refused;
  refusal_ = {status, reason};
  return false;
}

Request RequestParser::take() {
  Request request = std::move(request_);
  *this = RequestParser(limits_);
  return request;
}

std::size_t RequestParser::consume(std::string_view data) {
  std::size_t taken = 0;
  while (state_ == State::line || state_ == State::fields) {
    const auto rest = data.substr(taken);
    const auto* lf = static_cast<const char*>(std::memchr(rest.data(), '\n', rest.size()));
    const std::size_t length = lf ? static_cast<std::size_t>(lf - rest.data()) + 1 : rest.size();
    if (head_bytes_ + length > limits_.head_bytes) {
      const bool line = state_ == State::line;
      refuse(line ? 414 : 431, line ? "The request line is too long." : "The head is too large.");
      break;
    }
    if (!lf) break;
    if (length < 2 || rest[length - 2] != '\r') {
      refuse(400, "A line ends with LF alone.");
      break;
    }
    head_bytes_ += length;
    taken += length;
    if (!take_line(rest.substr(0, length - 2))) break;
  }
  if (state_ == State::body) {
    taken += body_.consume(data.substr(taken), request_.body);
    check_body();
  }
  return taken;
}

bool RequestParser::take_line(std::string_view line) {
  if (state_ == State::line) {
    if (line.empty()) {
      // One empty line before a request is forgiven (RFC 9112 section 2.2).
      if (empty_line_skipped_) return refuse(400, "The request line is empty.");
      empty_line_skipped_ = true;
      return true;
    }
    return take_request_line(line);
  }
  return line.empty() ? finish_head() : take_field(line);
}

bool RequestParser::take_request_line(std::string_view line) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last)
    return refuse(400, "The request line is not method, target and version.");
  const auto method = line.substr(0, first);
  const auto version = line.substr(last + 1);
  if (!is_token(method) || method.size() > longest_method)
    return refuse(400, "The method is not a token.");
  if (version.size() != 8 || !version.starts_with("HTTP/") || version[6] != '.' ||
      version[5] < '0' || version[5] > '9' || version[7] < '0' || version[7] > '9')
    return refuse(400, "The version is not HTTP/1.1.");
  if (version[5] != '1') return refuse(505, "Only HTTP/1.1 and HTTP/1.0 are served.");
  http_1_0_ = version[7] == '0';
  if (method == "TRACE" || method == "CONNECT")
    return refuse(405, "The method is not served here.");
  request_.method = method;
  if (!take_target(line.substr(first + 1, last - first - 1))) return false;
  request_.headers.reserve(usual_fields);
  state_ = State::fields;
  return true;
}

bool RequestParser::take_target(std::string_view target) {
  if (target.empty() || !is_target(target))
    return refuse(400, "The target has a character that a URL cannot have.");
  if (target == "*") {
    if (request_.method != "OPTIONS") return refuse(400, "The target * goes with OPTIONS only.");
    request_.path = "*";
    return true;
  }
  if (target[0] != '/') {
    // absolute-form (RFC 9112 section 3.2.2): its authority stands for the Host field
    const bool http = target.size() > 7 && equal_ignoring_case(target.substr(0, 7), "http://");
    const bool https = target.size() > 8 && equal_ignoring_case(target.substr(0, 8), "https://");
    if (!http && !https) return refuse(400, "The target is neither a path nor a web address.");
    target.remove_prefix(http ? 7 : 8);
    const auto authority = target.substr(0, target.find_first_of("/?"));
    if (!is_authority(authority)) return refuse(400, "The target's host is not valid.");
    request_.headers.add("Host", std::string(authority));
    absolute_form_ = true;
    target.remove_prefix(authority.size());
  }
  const auto question = target.find('?');
  const auto path = target.substr(0, question);
  request_.path = path.empty() ? std::string_view("/") : path;
  if (question != std::string_view::npos) request_.query = target.substr(question + 1);
  return true;
}

bool RequestParser::take_field(std::string_view line) {
  if (line[0] == ' ' || line[0] == '\t') return refuse(400, "A header field is folded.");
  const auto field = parse_field_line(line);
  if (!field) return refuse(400, "A header field is malformed.");
  if (request_.headers.all().size() >= limits_.header_fields)
    return refuse(431, "There are too many header fields.");
  const auto [name, value] = *field;
  switch (name.size()) {
    case 4:
      if (!equal_ignoring_case(name, "Host")) break;
      count(hosts_);
      if (!is_authority(value)) return refuse(400, "The Host field is not valid.");
      if (absolute_form_) return true;
      break;
    case 6:
      if (equal_ignoring_case(name, "Expect")) {
        if (!equal_ignoring_case(value, "100-continue"))
          return refuse(417, "The only expectation known is 100-continue.");
        expects_continue_ = true;
      }
      break;
    case 10:
      if (equal_ignoring_case(name, "Connection")) {
        close_asked_ = close_asked_ || list_has(value, "close");
        keep_alive_asked_ = keep_alive_asked_ || list_has(value, "keep-alive");
      }
      break;
    case 14:
      if (equal_ignoring_case(name, "Content-Length")) {
        count(lengths_);
        const auto length = parse_length(value);
        if (!length) return refuse(400, "Content-Length is not a number.");
        content_length_ = *length;
      }
      break;
    case 17:
      if (equal_ignoring_case(name, "Transfer-Encoding")) {
        count(codings_);
        chunked_ = equal_ignoring_case(value, "chunked");
      }
      break;
    default:
      break;
  }
  request_.headers.add(std::string(name), std::string(value));
  return true;
}

bool RequestParser::finish_head() {
  if (hosts_ > 1 || (hosts_ == 0 && !http_1_0_))
    return refuse(400, "A request has exactly one Host field.");
  if (!finish_framing()) return false;
  keep_alive_ = !close_asked_ && (!http_1_0_ || keep_alive_asked_);
  expects_continue_ = expects_continue_ && !http_1_0_;
  state_ = State::body;
  check_body();
  return false;
}

bool RequestParser::finish_framing() {
  if (codings_ > 0 && lengths_ > 0)
    return refuse(400, "Content-Length and Transfer-Encoding exclude each other.");
  if (lengths_ > 1) return refuse(400, "Content-Length is repeated.");
  if (codings_ > 1) return refuse(400, "Transfer-Encoding is repeated.");
  if (codings_ == 1) {
    if (http_1_0_) return refuse(400, "HTTP/1.0 has no Transfer-Encoding.");
    if (!chunked_) return refuse(501, "The only transfer coding known is chunked.");
    body_.begin_chunked();
    return true;
  }
  body_.begin_length(content_length_);
  if (body_.state() != BodyReader::State::too_large)
    request_.body.reserve(std::min<std::size_t>(content_length_, first_body_reserve));
  return true;
}

void RequestParser::check_body() {
  switch (body_.state()) {
    case BodyReader::State::more:
      break;
    case BodyReader::State::done:
      state_ = State::complete;
      break;
    case BodyReader::State::malformed:
      refuse(400, "The chunked body is malformed.");
      break;
    case BodyReader::State::too_large:
      refuse(413, "The body is larger than the limit.");
      break;
  }
}

}  // namespace cloudvno::http
