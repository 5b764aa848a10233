// A recording under way: frames in, chunks of half a second out, and when it ends by itself.
#include "protocol/rtp_io/recorder.hpp"

#include <algorithm>

namespace cloudvno::rtp_io {
namespace {

constexpr std::size_t chunk_frames = 25;
constexpr Micros frame_length = std::chrono::milliseconds(20);

}  // namespace

Recorder::Recorder(RecordingId id, RecordingOptions options)
    : id_(id), options_(std::move(options)), beep_(options_.beep) {
  options_.channels = std::clamp(options_.channels, 1, 2);
}

void Recorder::frame(const rtp::Frame& inbound, const rtp::Frame& outbound, bool voice) {
  const std::size_t at = samples_.size();
  if (at == 0) {
    samples_.reserve(chunk_frames * rtp::frame_samples *
                     static_cast<std::size_t>(options_.channels));
  }
  if (options_.channels == 2) {
    for (std::size_t i = 0; i < inbound.size(); ++i) {
      samples_.push_back(inbound[i]);
      samples_.push_back(outbound[i]);
    }
  } else if (options_.track == Track::both) {
    samples_.resize(at + inbound.size());
    media::mix(inbound, outbound, std::span(samples_).subspan(at));
  } else {
    const rtp::Frame& track = options_.track == Track::inbound ? inbound : outbound;
    samples_.insert(samples_.end(), track.begin(), track.end());
  }
  ++frames_;
  quiet_ = voice ? 0 : quiet_ + 1;
  if (voice && !voiced_) {
    voiced_ = true;
    // It takes the detector three frames to be sure.
    leading_ = std::max<std::int64_t>(0, frames_ - 3);
  }
}

std::optional<RecordingEnd> Recorder::due() const {
  if (frame_length * frames_ >= options_.max_length) return RecordingEnd::max_length;
  if (options_.silence_timeout > Micros::zero() &&
      frame_length * quiet_ >= options_.silence_timeout)
    return RecordingEnd::silence;
  return {};
}

std::optional<RecordingChunk> Recorder::take_chunk(bool rest) {
  const std::size_t whole =
      chunk_frames * rtp::frame_samples * static_cast<std::size_t>(options_.channels);
  if (samples_.empty() || (!rest && samples_.size() < whole)) return {};
  RecordingChunk chunk{id_, sequence_++, std::move(samples_)};
  samples_ = {};
  return chunk;
}

RecordingEnded Recorder::ended(RecordingEnd reason) const {
  return {id_, reason, frame_length * frames_, frame_length * (voiced_ ? leading_ : frames_),
          frame_length * quiet_};
}

}  // namespace cloudvno::rtp_io
