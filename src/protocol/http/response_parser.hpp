// Reads the answer to a request of ours (RFC 9112 sections 4 and 6.3).
#pragma once

#include <cstdint>
#include <string_view>

#include "protocol/http/body_reader.hpp"
#include "protocol/http/message.hpp"

namespace cloudvno::http {

// One answer: consume() until state() is `complete`, `malformed` or `too_large`; end() when the
// peer closes. Interim answers (1xx) are skipped, at most eight. The head may have 16 KiB and 100
// fields.
class ResponseParser {
 public:
  enum class State : std::uint8_t { line, fields, body, complete, malformed, too_large };

  // `to_head`: the request was HEAD, so no body follows whatever the head says.
  ResponseParser(bool to_head, std::size_t most_body_bytes)
      : to_head_(to_head), most_(most_body_bytes), body_(most_body_bytes) {}

  // Answers how many bytes it took; an unfinished line is to be offered again with more behind it.
  std::size_t consume(std::string_view data);
  void end();

  State state() const { return state_; }
  // In a body that only the connection's end can end.
  bool ends_with_connection() const { return state_ == State::body && until_close_; }
  // Why it is malformed; holds nothing of the answer.
  std::string_view fault() const { return fault_; }
  // The connection can carry another request; valid when complete.
  bool keep_alive() const { return keep_alive_; }
  Response take() { return std::move(response_); }

 private:
  bool take_status_line(std::string_view line);
  bool take_field(std::string_view line);
  bool finish_head();
  void check_body();
  bool fail(std::string_view fault);

  bool to_head_;
  std::size_t most_;
  Response response_;
  BodyReader body_;
  std::string_view fault_;
  std::size_t head_bytes_ = 0;
  std::optional<std::uint64_t> content_length_;
  int interim_ = 0;
  int codings_ = 0;
  bool chunked_ = false;
  bool until_close_ = false;
  bool http_1_0_ = false;
  bool close_asked_ = false;
  bool keep_alive_asked_ = false;
  bool keep_alive_ = false;
  State state_ = State::line;
};

}  // namespace cloudvno::http
