// Settings of calls as JSON; read back is only what was printed here.
#include "domain/voice/call_settings.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace cloudvno::voice {
namespace {

namespace json = boost::json;

json::object print_instructions(const Instructions& from) {
  return {{"url", from.url},
          {"method", from.method},
          {"fallback_url", from.fallback_url},
          {"fallback_method", from.fallback_method},
          {"xml", from.xml}};
}

std::string text_of(const json::object& object, std::string_view name) {
  return std::string(object.at(name).as_string());
}

Instructions read_instructions(const json::object& object) {
  return {text_of(object, "url"), text_of(object, "method"), text_of(object, "fallback_url"),
          text_of(object, "fallback_method"), text_of(object, "xml")};
}

}  // namespace

std::string print_settings(const Call& call) {
  return json::serialize(json::object{{"instructions", print_instructions(call.instructions)},
                                      {"callback", call.callback.url},
                                      {"callback_method", call.callback.method},
                                      {"callback_events", call.callback.events},
                                      {"ring_timeout", call.ring_timeout.count()},
                                      {"time_limit", call.time_limit.count()},
                                      {"send_digits", call.send_digits},
                                      {"recording_channels", call.recording_channels}});
}

void read_settings(std::string_view text, Call& call) {
  const auto value = json::parse(json::string_view(text));
  const auto& object = value.as_object();
  call.instructions = read_instructions(object.at("instructions").as_object());
  call.callback.url = text_of(object, "callback");
  call.callback.method = text_of(object, "callback_method");
  call.callback.events = object.at("callback_events").to_number<CallEvents>();
  call.ring_timeout = std::chrono::seconds(object.at("ring_timeout").to_number<std::int64_t>());
  call.time_limit = std::chrono::seconds(object.at("time_limit").to_number<std::int64_t>());
  call.send_digits = text_of(object, "send_digits");
  call.recording_channels = object.at("recording_channels").to_number<int>();
}

std::string print_order(const CallOrder& order) {
  json::object object{{"end", order.end}};
  if (order.instructions) object["instructions"] = print_instructions(*order.instructions);
  return json::serialize(object);
}

CallOrder read_order(std::string_view text) {
  const auto value = json::parse(json::string_view(text));
  const auto& object = value.as_object();
  CallOrder order;
  order.end = object.at("end").as_bool();
  if (const auto* found = object.if_contains("instructions")) {
    order.instructions = read_instructions(found->as_object());
  }
  return order;
}

}  // namespace cloudvno::voice
