// A recording of a call: audio that is on the disk, but for its last second, while the call runs.
//
//   in-progress → completed | absent (nothing was heard) | failed
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/model/sid.hpp"
#include "base/time.hpp"
#include "domain/voice/sound.hpp"

namespace cloudvno::voice {

enum class RecordingStatus { in_progress, completed, absent, failed };
std::string_view status_name(RecordingStatus status);  // "in-progress"
RecordingStatus parse_recording_status(std::string_view name);

enum RecordingEvent : unsigned {
  recording_in_progress = 1,
  recording_completed = 2,
  recording_absent = 4
};
using RecordingEvents = unsigned;
// Words with spaces between; nothing where one is none of the three.
std::optional<RecordingEvents> parse_recording_events(std::string_view words);

// Who is told of it, beside those who take its events.
struct RecordingCallback {
  std::string url;  // empty: nobody
  std::string method = "POST";
  RecordingEvents events = recording_completed;
};

struct Recording {
  RecordingSid sid;
  AccountSid account;
  bool live = false;
  CallSid call;
  RecordingStatus status = RecordingStatus::in_progress;
  std::string source;  // "RecordVerb", "DialVerb", "OutboundAPI"
  std::string track = "both";
  int channels = 1;
  std::int64_t skipped = 0;  // samples of silence that were kept before it and are not part of it
  std::int64_t samples = 0;  // of each channel
  RecordingCallback callback;
  std::int64_t sequence = 0;
  Time created_at;
  std::optional<Time> ended_at;

  // Whole seconds, rounded to the nearest.
  std::chrono::seconds duration() const {
    return std::chrono::seconds((samples + sample_rate / 2) / sample_rate);
  }
};

// "/v1/recordings/RE…"
std::string recording_path(const RecordingSid& sid);

}  // namespace cloudvno::voice
