// Cutting a stream into messages by their Content-Length (RFC 3261 section 18.3, RFC 5626 section
// 4.4.1).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace cloudvno::sip {

struct FramingLimits {
  std::size_t head = 16'384;
  std::size_t body = 65'536;
};

// Holds at most one message of the greatest size and what came with it. Without I/O.
class Framing {
 public:
  enum class Kind {
    nothing,  // more bytes are needed
    message,
    ping,   // an empty line twice: the peer asks whether we live
    broken  // no end of the head, no or two Content-Lengths, too large: the stream is lost
  };
  struct Frame {
    Kind kind = Kind::nothing;
    std::string_view bytes;  // until the next call
  };

  // Who opened the stream asks by pings; to that side every empty line is only an answer.
  explicit Framing(const FramingLimits& limits = {}, bool takes_pings = true)
      : limits_(limits), takes_pings_(takes_pings) {}

  void add(std::string_view bytes);
  Frame next();
  // Has a message begun?
  bool has_part() const;

 private:
  FramingLimits limits_;
  bool takes_pings_;
  std::string buffer_;
  std::size_t start_ = 0;    // of what is not used up
  std::size_t scanned_ = 0;  // from start_, without an end of the head
};

}  // namespace cloudvno::sip
