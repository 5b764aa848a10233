// Calls and recordings as JSON.
#include "domain/voice/call_json.hpp"

#include <cmath>

#include "domain/api/answer.hpp"

namespace cloudvno::voice {

namespace json = boost::json;

namespace {

template <class T>
json::value or_null(const std::optional<T>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}

}  // namespace

std::string_view shown_status(CallStatus status) {
  return status_name(status == CallStatus::initiated ? CallStatus::queued : status);
}

json::object to_json(const Call& call) {
  const auto duration = call.duration();
  const auto& quality = call.quality;
  json::object object;
  object.reserve(24);
  object["sid"] = call.sid.view();
  object["account_sid"] = call.account.view();
  object["parent_call_sid"] =
      call.parent.is_nil() ? json::value(nullptr) : json::value(call.parent.view());
  object["status"] = shown_status(call.status);
  object["direction"] = direction_name(call.direction);
  object["from"] = call.from;
  object["to"] = call.to;
  object["date_created"] = to_iso8601(call.created_at);
  object["date_updated"] = to_iso8601(call.updated_at);
  object["start_time"] = api::json_time(call.answered_at);
  object["end_time"] = api::json_time(call.ended_at);
  object["duration"] = duration ? json::value(duration->count()) : json::value(nullptr);
  object["price"] = call.price ? json::value(call.price->str()) : json::value(nullptr);
  object["price_unit"] = "USD";
  object["trunk"] = call.trunk;
  object["sip_response_code"] = or_null(call.sip_code);
  object["error_code"] = or_null(call.error_code);
  object["quality"] =
      quality.packets == 0
          ? json::value(nullptr)
          : json::value(json::object{
                {"packets", quality.packets},
                {"lost", quality.lost},
                {"jitter_ms", std::round(static_cast<double>(quality.jitter.count()) / 10) / 100},
                {"mos", std::round(quality.mos * 100) / 100}});
  return object;
}

json::object to_json(const Recording& recording) {
  const bool whole = recording.status == RecordingStatus::completed;
  const auto path = recording_path(recording.sid);
  return {
      {"sid", recording.sid.view()},
      {"account_sid", recording.account.view()},
      {"call_sid", recording.call.view()},
      {"status", status_name(recording.status)},
      {"source", recording.source},
      {"track", recording.track},
      {"channels", recording.channels},
      {"duration", whole ? json::value(recording.duration().count()) : json::value(nullptr)},
      {"date_created", to_iso8601(recording.created_at)},
      {"end_time", api::json_time(recording.ended_at)},
      {"media", whole ? json::value(json::object{{"wav", path + ".wav"}, {"mp3", path + ".mp3"}})
                      : json::value(nullptr)}};
}

json::object to_json(const Notification& notification) {
  return {{"number", notification.number},
          {"code", notification.code},
          {"message", notification.text},
          {"url", notification.url.empty() ? json::value(nullptr) : json::value(notification.url)},
          {"date_created", to_iso8601(notification.created_at)}};
}

}  // namespace cloudvno::voice
