// Where a message body ends (RFC 9112 section 6), as a state machine that is fed bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cloudvno::http {

// Life: one of the begin functions, then consume() until state() is no longer `more`. Chunk
// extensions and trailers are bounded, checked for bare CR and LF, and dropped.
class BodyReader {
 public:
  enum class State : std::uint8_t { more, done, malformed, too_large };

  explicit BodyReader(std::size_t most_bytes) : most_(most_bytes) {}

  void begin_length(std::uint64_t bytes);  // too_large at once if it is
  void begin_chunked();
  void begin_until_close();  // responses only; end() tells that the peer has closed

  // Appends what belongs to the body to `body`; answers how many bytes it took. Takes none beyond
  // the body's end.
  std::size_t consume(std::string_view data, std::string& body);
  // The peer has closed: a body until close is done, any other that is not done malformed.
  void end();

  State state() const { return state_; }

 private:
  enum class Step : std::uint8_t {
    length,
    until_close,
    size_first,  // first digit of a chunk size
    size,
    extension,
    size_lf,
    data,
    data_cr,
    data_lf,
    trailer_first,  // first character of a trailer line, or the last CR
    trailer,
    trailer_lf,
    last_lf,
  };

  std::size_t take_data(std::string_view data, std::string& body);
  void step(char c);
  void step_size(char c);
  void fail(State state) { state_ = state; }

  std::size_t most_;
  std::uint64_t left_ = 0;      // of the body or of this chunk
  std::uint64_t total_ = 0;     // of all chunks
  std::size_t line_bytes_ = 0;  // of this size line
  std::size_t trailer_bytes_ = 0;
  Step step_ = Step::length;
  State state_ = State::more;
};

}  // namespace cloudvno::http
