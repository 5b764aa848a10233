// Attributes of verbs.
#include "domain/voice/verbs/attributes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "protocol/twiml/fault.hpp"

namespace cloudvno::voice {
namespace {

void warn(Session& session, const twiml::Node& verb, std::string_view name) {
  session.notify(twiml::code::schema_warning,
                 fmt::format("{}'s {} has a value that is not allowed; the default was used",
                             verb.name, name));
}

}  // namespace

int read_integer(Session& session, const twiml::Node& verb, std::string_view name, int otherwise,
                 int least, int most) {
  const auto text = verb.attribute(name);
  if (!text) return otherwise;
  int value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size() || value < least) {
    warn(session, verb, name);
    return otherwise;
  }
  return std::min(value, most);
}

bool read_boolean(Session& session, const twiml::Node& verb, std::string_view name,
                  bool otherwise) {
  const auto text = verb.attribute(name);
  if (!text) return otherwise;
  if (*text == "true" || *text == "1" || *text == "yes") return true;
  if (*text == "false" || *text == "0" || *text == "no") return false;
  warn(session, verb, name);
  return otherwise;
}

std::string_view read_word(Session& session, const twiml::Node& verb, std::string_view name,
                           std::span<const std::string_view> words) {
  const auto text = verb.attribute(name);
  if (!text) return words.front();
  const auto found = std::ranges::find(words, *text);
  if (found != words.end()) return *found;
  warn(session, verb, name);
  return words.front();
}

int read_loops(Session& session, const twiml::Node& verb) {
  const int loops = read_integer(session, verb, "loop", 1, 0, Session::endless);
  return loops == 0 ? Session::endless : loops;
}

RecordingCallback read_recording_callback(Session& session, const twiml::Node& verb) {
  RecordingCallback callback;
  const auto url = verb.attribute("recordingStatusCallback");
  if (!url || url->empty()) return callback;
  callback.url = session.resolve(*url).value_or(std::string());
  constexpr std::string_view methods[] = {"POST", "GET"};
  callback.method = read_word(session, verb, "recordingStatusCallbackMethod", methods);
  if (const auto words = verb.attribute("recordingStatusCallbackEvent")) {
    if (const auto events = parse_recording_events(*words); events && *events != 0) {
      callback.events = *events;
    } else {
      warn(session, verb, "recordingStatusCallbackEvent");
    }
  }
  return callback;
}

}  // namespace cloudvno::voice
