// A recording under way: frames in, chunks of half a second out, and when it ends by itself.
#pragma once

#include <optional>

#include "protocol/rtp/jitter_buffer.hpp"
#include "protocol/rtp_io/stream_types.hpp"

namespace cloudvno::rtp_io {

// One frame of both directions a tick. Allocates once a chunk. Pure.
class Recorder {
 public:
  Recorder(RecordingId id, RecordingOptions options);

  RecordingId id() const { return id_; }
  bool waits_for_beep() const { return beep_; }
  void beeped() { beep_ = false; }

  // `voice`: the peer speaks in this frame.
  void frame(const rtp::Frame& inbound, const rtp::Frame& outbound, bool voice);
  // A digit came; true where it ends the recording.
  bool finishes(char digit) const { return options_.finish_digits.contains(digit); }
  // Whether it is to end now, and why.
  std::optional<RecordingEnd> due() const;

  // A chunk, when one is full; with `rest` what there is.
  std::optional<RecordingChunk> take_chunk(bool rest = false);
  RecordingEnded ended(RecordingEnd reason) const;

 private:
  RecordingId id_;
  RecordingOptions options_;
  bool beep_;
  media::Samples samples_;
  std::uint32_t sequence_ = 0;
  std::int64_t frames_ = 0;
  std::int64_t quiet_ = 0;    // frames since voice
  std::int64_t leading_ = 0;  // before the first voice
  bool voiced_ = false;
};

}  // namespace cloudvno::rtp_io
