// Parameters of calls and recordings.
#include "domain/voice/call_fields.hpp"

#include <fmt/format.h>

namespace cloudvno::voice {

http::Fields call_fields(const Call& call) {
  http::Fields fields{{"CallSid", call.sid.str()},
                      {"AccountSid", call.account.str()},
                      {"From", call.from},
                      {"To", call.to},
                      {"Caller", call.from},
                      {"Called", call.to},
                      {"CallStatus", std::string(status_name(call.status))},
                      {"ApiVersion", std::string(api_version)},
                      {"Direction", std::string(direction_name(call.direction))}};
  if (!call.parent.is_nil()) fields.emplace_back("ParentCallSid", call.parent.str());
  return fields;
}

http::Fields recording_fields(const Recording& recording, std::string_view public_url) {
  http::Fields fields{
      {"AccountSid", recording.account.str()},
      {"CallSid", recording.call.str()},
      {"RecordingSid", recording.sid.str()},
      {"RecordingUrl", fmt::format("{}{}", public_url, recording_path(recording.sid))},
      {"RecordingStatus", std::string(status_name(recording.status))},
      {"RecordingChannels", std::to_string(recording.channels)},
      {"RecordingStartTime", to_rfc2822(recording.created_at)},
      {"RecordingSource", recording.source},
      {"RecordingTrack", recording.track}};
  if (recording.ended_at) {
    fields.emplace_back("RecordingDuration", std::to_string(recording.duration().count()));
  }
  return fields;
}

}  // namespace cloudvno::voice
