// Content-Length, chunked coding (RFC 9112 section 7.1) and bodies that end with the connection.
#include "protocol/http/body_reader.hpp"

#include <algorithm>

namespace cloudvno::http {
namespace {

constexpr std::size_t longest_size_line = 256;
constexpr std::size_t most_trailer_bytes = 8192;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

void BodyReader::begin_length(std::uint64_t bytes) {
  step_ = Step::length;
  left_ = bytes;
  if (bytes > most_) {
    fail(State::too_large);
  } else if (bytes == 0) {
    state_ = State::done;
  }
}

void BodyReader::begin_chunked() {
  step_ = Step::size_first;
}

void BodyReader::begin_until_close() {
  step_ = Step::until_close;
}

void BodyReader::end() {
  if (state_ == State::more) state_ = step_ == Step::until_close ? State::done : State::malformed;
}

std::size_t BodyReader::consume(std::string_view data, std::string& body) {
  std::size_t taken = 0;
  while (taken < data.size() && state_ == State::more) {
    if (step_ == Step::length || step_ == Step::data || step_ == Step::until_close) {
      taken += take_data(data.substr(taken), body);
    } else {
      step(data[taken++]);
    }
  }
  return taken;
}

std::size_t BodyReader::take_data(std::string_view data, std::string& body) {
  if (step_ == Step::until_close) {
    if (data.size() > most_ - body.size()) {
      fail(State::too_large);
      return 0;
    }
    body += data;
    return data.size();
  }
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left_, data.size()));
  body += data.substr(0, count);
  left_ -= count;
  if (left_ == 0) {
    if (step_ == Step::length) state_ = State::done;
    step_ = Step::data_cr;
  }
  return count;
}

void BodyReader::step_size(char c) {
  const int digit = hex_value(c);
  if (digit >= 0) {
    left_ = left_ << 4 | static_cast<std::uint64_t>(digit);
    // Before it can overflow: the largest body allowed is far below 2^60.
    if (left_ > most_ - total_) return fail(State::too_large);
    step_ = Step::size;
    return;
  }
  if (step_ == Step::size_first) return fail(State::malformed);
  if (c == '\r') {
    step_ = Step::size_lf;
  } else if (c == ';') {
    step_ = Step::extension;
  } else {
    fail(State::malformed);
  }
}

void BodyReader::step(char c) {
  const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  switch (step_) {
    case Step::size_first:
    case Step::size:
      if (++line_bytes_ > longest_size_line) return fail(State::malformed);
      return step_size(c);
    case Step::extension:
      if (++line_bytes_ > longest_size_line) return fail(State::malformed);
      if (c == '\r') {
        step_ = Step::size_lf;
      } else if (control && c != '\t') {
        fail(State::malformed);
      }
      return;
    case Step::size_lf:
      if (c != '\n') return fail(State::malformed);
      line_bytes_ = 0;
      total_ += left_;
      step_ = left_ == 0 ? Step::trailer_first : Step::data;
      return;
    case Step::data_cr:
      if (c != '\r') return fail(State::malformed);
      step_ = Step::data_lf;
      return;
    case Step::data_lf:
      if (c != '\n') return fail(State::malformed);
      step_ = Step::size_first;
      return;
    case Step::trailer_first:
      if (c == '\r') {
        step_ = Step::last_lf;
        return;
      }
      if (control || c == ' ') return fail(State::malformed);
      step_ = Step::trailer;
      [[fallthrough]];
    case Step::trailer:
      if (++trailer_bytes_ > most_trailer_bytes) return fail(State::malformed);
      if (c == '\r') {
        step_ = Step::trailer_lf;
      } else if (control && c != '\t') {
        fail(State::malformed);
      }
      return;
    case Step::trailer_lf:
      if (c != '\n') return fail(State::malformed);
      step_ = Step::trailer_first;
      return;
    case Step::last_lf:
      state_ = c == '\n' ? State::done : State::malformed;
      return;
    case Step::length:
    case Step::until_close:
    case Step::data:
      return;  // take_data has these
  }
}

}  // namespace cloudvno::http
