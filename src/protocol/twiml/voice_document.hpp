// An application's answer in a call: verbs to run, audio to play, or a text to speak.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/twiml/document.hpp"
#include "protocol/twiml/fault.hpp"

namespace cloudvno::twiml {

// The body is audio itself (WAV, MP3, …): played, then the call ends.
struct AudioAnswer {};

// The verbs in the document's order; none: the call ends.
struct VoiceDocument {
  std::vector<Node> verbs;
};

using VoiceAnswer = std::variant<VoiceDocument, AudioAnswer>;

// Reads the body of a 2xx answer. text/plain is a Say with that text; an empty body of any type is
// a document without verbs. Which elements are verbs, and what they may have, is their runner's to
// judge.
// Faults: wrong_content_type, and those of load_document.
std::expected<VoiceAnswer, Fault> parse_voice_answer(std::string_view content_type,
                                                     std::string_view body);

// TwiML given with the call itself (`xml`), which has no content type.
std::expected<VoiceDocument, Fault> parse_voice_document(std::string_view xml, bool latin1 = false);

}  // namespace cloudvno::twiml
