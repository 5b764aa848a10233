// A prompt being played to a stream, frame by frame.
#pragma once

#include <algorithm>
#include <optional>
#include <utility>

#include "protocol/media/prompt.hpp"
#include "protocol/rtp/jitter_buffer.hpp"
#include "protocol/rtp_io/stream_types.hpp"

namespace cloudvno::rtp_io {

using EncodedFrame = std::array<std::uint8_t, rtp::frame_samples>;

class Player {
 public:
  // `loops` 0: until it is stopped. Without an id nobody is told of its end.
  void start(std::optional<PlayId> id, media::PromptPtr prompt, unsigned loops) {
    id_ = id;
    prompt_ = std::move(prompt);
    loops_ = loops;
    endless_ = loops == 0;
    at_ = 0;
  }
  // The id of what was stopped.
  std::optional<PlayId> stop() {
    prompt_.reset();
    return std::exchange(id_, std::nullopt);
  }
  bool playing() const { return prompt_ != nullptr; }

  // The next 20 ms, filled up with silence at the end. True: that was the last of it.
  bool next(media::Law law, EncodedFrame& out) {
    const ByteView bytes = prompt_->bytes(law);
    std::size_t filled = 0;
    while (filled < out.size()) {
      const std::size_t part = std::min(out.size() - filled, bytes.size() - at_);
      std::ranges::copy(bytes.subspan(at_, part),
                        out.begin() + static_cast<std::ptrdiff_t>(filled));
      filled += part;
      at_ += part;
      if (at_ < bytes.size()) continue;
      at_ = 0;
      // An empty prompt ends at once, loops or not.
      if (bytes.empty() || (!endless_ && --loops_ == 0)) {
        std::fill(out.begin() + static_cast<std::ptrdiff_t>(filled), out.end(),
                  media::silence_byte(law));
        return true;
      }
    }
    return false;
  }

 private:
  std::optional<PlayId> id_;
  media::PromptPtr prompt_;
  unsigned loops_ = 0;
  bool endless_ = false;
  std::size_t at_ = 0;
};

}  // namespace cloudvno::rtp_io
