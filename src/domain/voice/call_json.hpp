// Calls and recordings as JSON, for the API and for events.
#pragma once

#include <boost/json/object.hpp>

#include "domain/voice/call.hpp"
#include "domain/voice/call_store.hpp"
#include "domain/voice/recording.hpp"

namespace cloudvno::voice {

boost::json::object to_json(const Call& call);
boost::json::object to_json(const Recording& recording);
boost::json::object to_json(const Notification& notification);

// What the API calls a state: a call that was sent to its carrier is `queued` until it rings.
std::string_view shown_status(CallStatus status);

}  // namespace cloudvno::voice
