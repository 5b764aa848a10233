// Events and callbacks of calls.
#include "domain/voice/tell_call.hpp"

#include <boost/json/serialize.hpp>

#include "domain/voice/call_fields.hpp"
#include "domain/voice/call_json.hpp"

namespace cloudvno::voice {
namespace {

CallEvent event_of(CallStatus status) {
  using enum CallStatus;
  return status == ringing       ? event_ringing
         : status == in_progress ? event_answered
         : is_final(status)      ? event_completed
                                 : event_initiated;
}

// The published names, and those of our own between them.
std::string event_type(CallStatus status) {
  using enum CallStatus;
  return status == in_progress ? "call.answered"
         : status == completed ? "call.completed"
         : is_final(status)    ? "call.failed"
         : status == ringing   ? "call.ringing"
                               : "call.initiated";
}

webhooks::Delivery make_callback(const AccountSid& account, bool live, std::string kind,
                                 std::string resource, std::int64_t sequence, std::string url,
                                 std::string method, http::Fields fields, Time now) {
  webhooks::Delivery delivery;
  delivery.sid = DeliverySid::make(now);
  delivery.account = account;
  delivery.live = live;
  delivery.kind = std::move(kind);
  delivery.resource_sid = std::move(resource);
  delivery.sequence = sequence;
  delivery.next_attempt_at = now;
  delivery.created_at = now;
  delivery.request.url = std::move(url);
  delivery.request.method = std::move(method);
  delivery.request.fields = std::move(fields);
  return delivery;
}

http::Fields progress_fields(const Call& call, const Recording* recording,
                             std::string_view public_url, Time now) {
  auto fields = call_fields(call);
  const auto add = [&](std::string name, std::string value) {
    fields.emplace_back(std::move(name), std::move(value));
  };
  if (const auto duration = call.duration()) {
    add("CallDuration", std::to_string(duration->count()));
    if (call.status == CallStatus::completed) {
      add("Duration", std::to_string(std::chrono::ceil<std::chrono::minutes>(*duration).count()));
    }
    if (call.sip_code) add("SipResponseCode", std::to_string(*call.sip_code));
  }
  if (recording) {
    const auto of_recording = recording_fields(*recording, public_url);
    for (const auto& [name, value] : of_recording) {
      if (name == "RecordingUrl" || name == "RecordingSid" || name == "RecordingDuration") {
        add(name, value);
      }
    }
  }
  add("Timestamp", to_rfc2822(now));
  add("CallbackSource", "call-progress-events");
  add("SequenceNumber", std::to_string(call.sequence));
  return fields;
}

}  // namespace

void tell_call(storage::Transaction& tx, const webhooks::Outbox& outbox, const vault::Keys& keys,
               const Call& call, const Recording* recording, std::string_view public_url, Time now,
               std::vector<webhooks::Delivery>& kept) {
  if (call.hidden) return;
  webhooks::Event event;
  event.account = call.account;
  event.live = call.live;
  event.type = event_type(call.status);
  event.resource_sid = call.sid.str();
  event.sequence = call.sequence;
  event.data = boost::json::serialize(to_json(call));
  event.created_at = now;
  outbox.record(tx, keys, std::move(event), kept);
  if (call.callback.url.empty() || (call.callback.events & event_of(call.status)) == 0) return;
  outbox.keep(tx, keys,
              make_callback(call.account, call.live, "call.status", call.sid.str(), call.sequence,
                            call.callback.url, call.callback.method,
                            progress_fields(call, recording, public_url, now), now),
              kept);
}

void tell_recording(storage::Transaction& tx, const webhooks::Outbox& outbox,
                    const vault::Keys& keys, const Recording& recording,
                    std::string_view public_url, Time now, std::vector<webhooks::Delivery>& kept) {
  using enum RecordingStatus;
  if (recording.status == completed) {
    webhooks::Event event;
    event.account = recording.account;
    event.live = recording.live;
    event.type = "recording.available";
    event.resource_sid = recording.sid.str();
    event.sequence = recording.sequence;
    event.data = boost::json::serialize(to_json(recording));
    event.created_at = now;
    outbox.record(tx, keys, std::move(event), kept);
  }
  const unsigned asked = recording.status == in_progress ? recording_in_progress
                         : recording.status == completed ? recording_completed
                                                         : recording_absent;
  const auto& callback = recording.callback;
  if (callback.url.empty() || (callback.events & asked) == 0) return;
  outbox.keep(tx, keys,
              make_callback(recording.account, recording.live, "recording.status",
                            recording.sid.str(), recording.sequence, callback.url, callback.method,
                            recording_fields(recording, public_url), now),
              kept);
}

}  // namespace cloudvno::voice
