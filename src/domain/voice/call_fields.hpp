// The parameters of requests to an application that are about a call (TwiML reference, "Requests").
#pragma once

#include <string_view>

#include "domain/voice/call.hpp"
#include "domain/voice/recording.hpp"
#include "protocol/http/message.hpp"

namespace cloudvno::voice {

inline constexpr std::string_view api_version = "2010-04-01";

// CallSid, AccountSid, From, To, Caller, Called, CallStatus, ApiVersion, Direction, and
// ParentCallSid where there is one.
http::Fields call_fields(const Call& call);
// RecordingSid, RecordingUrl, RecordingStatus, RecordingDuration, … `public_url`: of this platform.
http::Fields recording_fields(const Recording& recording, std::string_view public_url);

}  // namespace cloudvno::voice
