// Looking for the end of the head and of the body.
#include "protocol/sip_io/framing.hpp"

#include <optional>

#include "protocol/sip/uri.hpp"

namespace cloudvno::sip {
namespace {

// Nothing where it is missing, no number, or said twice differently.
std::optional<std::size_t> content_length(std::string_view head) {
  std::optional<std::size_t> length;
  while (!head.empty()) {
    std::size_t end = head.find("\r\n");
    std::string_view line = head.substr(0, end);
    head.remove_prefix(
        std::min(end == std::string_view::npos ? head.size() : end + 2, head.size()));
    std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    std::string_view name = trim(line.substr(0, colon));
    if (!equal_words(name, "Content-Length") && !equal_words(name, "l")) continue;
    auto number = parse_number(trim(line.substr(colon + 1)));
    if (!number || (length && *length != *number)) return std::nullopt;
    length = *number;
  }
  return length;
}

}  // namespace

void Framing::add(std::string_view bytes) {
  if (start_ == buffer_.size()) {
    buffer_.clear();
    start_ = 0;
  } else if (start_ > limits_.head) {
    buffer_.erase(0, start_);
    start_ = 0;
  }
  buffer_ += bytes;
}

bool Framing::has_part() const {
  return !std::string_view("\r\n\r").starts_with(std::string_view(buffer_).substr(start_));
}

Framing::Frame Framing::next() {
  std::string_view unused = std::string_view(buffer_).substr(start_);
  while (!takes_pings_ && scanned_ == 0 && unused.starts_with("\r\n")) {
    start_ += 2;
    unused.remove_prefix(2);
  }
  if (scanned_ == 0 && unused.starts_with("\r\n")) {
    if (unused.starts_with("\r\n\r\n")) {
      start_ += 4;
      return {Kind::ping, {}};
    }
    // One empty line is an answer to a ping, or the first half of a ping.
    if (unused.size() == 2 || unused == "\r\n\r") return {};
    start_ += 2;
    unused.remove_prefix(2);
  }
  std::size_t end = unused.find("\r\n\r\n", scanned_);
  if (end == std::string_view::npos || end + 4 > limits_.head) {
    if (unused.size() >= limits_.head) return {Kind::broken, {}};
    scanned_ = unused.size() > 3 ? unused.size() - 3 : 0;
    return {};
  }
  scanned_ = end;
  auto length = content_length(unused.substr(0, end));
  if (!length || *length > limits_.body) return {Kind::broken, {}};
  std::size_t whole = end + 4 + *length;
  if (unused.size() < whole) return {};
  start_ += whole;
  scanned_ = 0;
  return {Kind::message, unused.substr(0, whole)};
}

}  // namespace cloudvno::sip
