// One recording that is being made: pieces of a second on their way to the disk.
#pragma once

#include <optional>
#include <vector>

#include "domain/voice/call_record.hpp"
#include "domain/voice/leg.hpp"
#include "domain/voice/line.hpp"

namespace cloudvno::voice {

// Lives on the control thread. The record outlives it.
class Recorder {
 public:
  // `recording`: what it is to be; its SID and times are made here.
  Recorder(CallRecord& record, const Clock& clock, Recording recording, bool of_whole_call);

  // Begins on the line. `trim`: silence at both ends is left out of it.
  void start(Line& line, RecordingSpec spec, bool trim);
  // The rest of the audio, and the end. Answers what it came to.
  const Recording& finish(const std::optional<RecordingEnd>& end);
  const Recording& recording() const { return recording_; }

 private:
  void take(std::vector<std::int16_t> samples);
  void flush();

  CallRecord& record_;
  const Clock& clock_;
  Recording recording_;
  const bool of_whole_call_;
  std::vector<std::int16_t> piece_;
  std::int64_t pieces_ = 0;
  bool whole_ = true;  // no piece was given up
  bool trim_ = false;
  bool finished_ = false;
};

}  // namespace cloudvno::voice
