// Reads HTTP/1.1 and 1.0 requests from bytes, as strictly as request smuggling demands (RFC 9112
// sections 2, 3, 5, 6 and 11.2).
#pragma once

#include <cstdint>
#include <string_view>

#include "protocol/http/body_reader.hpp"
#include "protocol/http/message.hpp"

namespace cloudvno::http {

struct ParserLimits {
  std::size_t head_bytes = 16 * 1024;
  std::size_t header_fields = 100;
  std::size_t body_bytes = 1024 * 1024;
};

// Why a request was refused: the status to answer, and the rule broken in words that hold nothing
// of the request.
struct Refusal {
  int status = 400;
  std::string_view reason;
};

// One request after the other: consume() until state() is `complete`, take(), and again. After
// `refused` nothing that follows on the connection can be trusted, so it has to be closed.
//
// Refused: a bare CR or LF, a space around a field name, folds, control characters, both
// Content-Length and Transfer-Encoding, either of them twice, a Content-Length that is not plain
// digits, any transfer coding but "chunked", one with HTTP/1.0, chunk sizes out of form, a missing
// or repeated Host in HTTP/1.1, TRACE and CONNECT, and whatever goes past a limit.
class RequestParser {
 public:
  enum class State : std::uint8_t { line, fields, body, complete, refused };

  explicit RequestParser(const ParserLimits& limits) : limits_(limits), body_(limits.body_bytes) {}

  // Answers how many bytes it took. What it leaves, an unfinished line or the next request, is to
  // be offered again with more behind it.
  std::size_t consume(std::string_view data);

  State state() const { return state_; }
  bool begun() const { return head_bytes_ > 0; }  // some byte of this request has been taken
  bool head_done() const { return state_ == State::body || state_ == State::complete; }
  // Valid from the end of the head on.
  bool keep_alive() const { return keep_alive_; }
  bool http_1_0() const { return http_1_0_; }
  bool is_head() const { return request_.method == "HEAD"; }
  bool expects_continue() const { return expects_continue_; }
  const Refusal& refusal() const { return refusal_; }

  // The complete request; the parser is ready for the next.
  Request take();

 private:
  bool take_line(std::string_view line);
  bool take_request_line(std::string_view line);
  bool take_target(std::string_view target);
  bool take_field(std::string_view line);
  bool finish_head();
  bool finish_framing();
  void check_body();
  bool refuse(int status, std::string_view reason);

  ParserLimits limits_;
  Request request_;
  BodyReader body_;
  Refusal refusal_;
  std::size_t head_bytes_ = 0;
  std::uint64_t content_length_ = 0;
  std::uint8_t hosts_ = 0;
  std::uint8_t lengths_ = 0;
  std::uint8_t codings_ = 0;
  bool chunked_ = false;
  bool absolute_form_ = false;
  bool empty_line_skipped_ = false;
  bool http_1_0_ = false;
  bool close_asked_ = false;
  bool keep_alive_asked_ = false;
  bool keep_alive_ = true;
  bool expects_continue_ = false;
  State state_ = State::line;
};

}  // namespace cloudvno::http
