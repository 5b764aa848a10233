// What has come from the peer and is not used up yet, in one piece, so that PDUs are read in place.
#pragma once

#include <algorithm>
#include <cstring>
#include <span>

#include "base/bytes.hpp"
#include "base/invariant.hpp"

namespace cloudvno::smpp {

// Begins small, since most sessions are idle, and grows to a PDU that announces more.
class InputBuffer {
 public:
  ByteView unread() const { return ByteView(bytes_).subspan(start_, end_ - start_); }

  // Where to put what comes next; never empty while less than `announced` bytes are unread.
  std::span<std::uint8_t> room(std::size_t announced) {
    if (start_ != 0) {
      if (end_ != start_) std::memmove(bytes_.data(), bytes_.data() + start_, end_ - start_);
      end_ -= start_;
      start_ = 0;
    }
    std::size_t size = std::max(usual_size, announced);
    if (bytes_.size() < size || (end_ == 0 && bytes_.size() > size)) {
      bytes_.resize(size);
      bytes_.shrink_to_fit();
    }
    return std::span(bytes_).subspan(end_);
  }

  void added(std::size_t count) {
    invariant(count <= bytes_.size() - end_, "what was added fits");
    end_ += count;
  }

  void used(std::size_t count) { start_ += count; }

 private:
  // About a hundred submit_sm: what a window of 100 brings at once.
  static constexpr std::size_t usual_size = 16384;

  Bytes bytes_;
  std::size_t start_ = 0;
  std::size_t end_ = 0;
};

}  // namespace cloudvno::smpp
