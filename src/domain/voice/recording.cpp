// Words of recordings.
#include "domain/voice/recording.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cloudvno::voice {

std::string_view status_name(RecordingStatus status) {
  using enum RecordingStatus;
  return status == in_progress ? "in-progress"
         : status == completed ? "completed"
         : status == absent    ? "absent"
                               : "failed";
}

RecordingStatus parse_recording_status(std::string_view name) {
  using enum RecordingStatus;
  return name == "in-progress" ? in_progress
         : name == "completed" ? completed
         : name == "absent"    ? absent
                               : failed;
}

std::optional<RecordingEvents> parse_recording_events(std::string_view words) {
  RecordingEvents events = 0;
  while (!words.empty()) {
    const auto end = std::min(words.find(' '), words.size());
    const auto word = words.substr(0, end);
    words.remove_prefix(std::min(end + 1, words.size()));
    if (word == "in-progress") {
      events |= recording_in_progress;
    } else if (word == "completed") {
      events |= recording_completed;
    } else if (word == "absent") {
      events |= recording_absent;
    } else if (!word.empty()) {
      return std::nullopt;
    }
  }
  return events;
}

std::string recording_path(const RecordingSid& sid) {
  return fmt::format("/v1/recordings/{}", sid.view());
}

}  // namespace cloudvno::voice
