// Reading attributes with their defaults. What makes no sense is replaced by the default, and the
// customer told.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>

#include "domain/voice/session.hpp"

namespace cloudvno::voice {

int read_integer(Session& session, const twiml::Node& verb, std::string_view name, int otherwise,
                 int least, int most);
bool read_boolean(Session& session, const twiml::Node& verb, std::string_view name, bool otherwise);
// One of the words, of which the first is the default.
std::string_view read_word(Session& session, const twiml::Node& verb, std::string_view name,
                           std::span<const std::string_view> words);
// How often a sound is played: loop="0" is until the call ends, within reason.
int read_loops(Session& session, const twiml::Node& verb);
// recordingStatusCallback and what belongs to it.
RecordingCallback read_recording_callback(Session& session, const twiml::Node& verb);

}  // namespace cloudvno::voice
