// Cutting a recording into pieces.
#include "domain/voice/recorder.hpp"

#include <algorithm>
#include <utility>

namespace cloudvno::voice {

Recorder::Recorder(CallRecord& record, const Clock& clock, Recording recording, bool of_whole_call)
    : record_(record),
      clock_(clock),
      recording_(std::move(recording)),
      of_whole_call_(of_whole_call) {
  recording_.account = record.call().account;
  recording_.live = record.call().live;
}

void Recorder::start(Line& line, RecordingSpec spec, bool trim) {
  trim_ = trim;
  recording_.channels = spec.channels;
  recording_.track = spec.track == Track::inbound    ? "inbound"
                     : spec.track == Track::outbound ? "outbound"
                                                     : "both";
  recording_.created_at = clock_.now();
  recording_.sid = RecordingSid::make(recording_.created_at);
  record_.begin_recording(recording_);
  line.start_recording(std::move(spec),
                       [this](std::vector<std::int16_t> samples) { take(std::move(samples)); });
}

void Recorder::take(std::vector<std::int16_t> samples) {
  recording_.samples += static_cast<std::int64_t>(samples.size()) / recording_.channels;
  piece_.insert(piece_.end(), samples.begin(), samples.end());
  if (piece_.size() >= static_cast<std::size_t>(sample_rate * recording_.channels)) flush();
}

void Recorder::flush() {
  if (piece_.empty()) return;
  if (!record_.add_piece(recording_, pieces_++, std::exchange(piece_, {}))) whole_ = false;
}

const Recording& Recorder::finish(const std::optional<RecordingEnd>& end) {
  if (std::exchange(finished_, true)) return recording_;
  flush();
  if (trim_ && end) {
    const auto samples_of = [](Micros time) { return time.count() * sample_rate / 1'000'000; };
    recording_.skipped = std::min(samples_of(end->leading_silence), recording_.samples);
    const auto rest = recording_.samples - recording_.skipped;
    recording_.samples = rest - std::min(samples_of(end->trailing_silence), rest);
  }
  recording_.status = !whole_                   ? RecordingStatus::failed
                      : recording_.samples == 0 ? RecordingStatus::absent
                                                : RecordingStatus::completed;
  recording_.ended_at = clock_.now();
  ++recording_.sequence;
  record_.end_recording(recording_, of_whole_call_);
  return recording_;
}

}  // namespace cloudvno::voice
