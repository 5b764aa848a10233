// What Say is to speak (TwiML reference, "Say"; SSML 1.1 as far as it changes the words).
#pragma once

#include "domain/voice/speech.hpp"
#include "protocol/twiml/document.hpp"

namespace cloudvno::voice {

inline constexpr std::size_t most_say_characters = 4'096;

// The text without markup: `sub` is spoken as its alias, characters and digits one by one, a break
// and the end of a sentence or paragraph as a pause of the voice. Cut at 4,096 characters.
SpeechRequest read_say(const twiml::Node& say);

}  // namespace cloudvno::voice
