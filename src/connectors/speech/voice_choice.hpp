// From a document's `voice` and `language` to a voice that this machine has.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace cloudvno::speech {

enum class Gender : std::uint8_t { female, male };

struct VoiceChoice {
  enum class Engine : std::uint8_t { flite, espeak };
  Engine engine = Engine::flite;
  std::string voice;  // as the engine calls it: "slt"; "de+f2"
};

// `voice` is "man", "woman", "alice", a name of the field's ("Polly.Joanna-Neural",
// "Google.de-DE-Standard-A"), another word or nothing; `language` a BCP 47 tag (RFC 5646), or
// nothing: then the voice's, else English. Errc::invalid_parameter for a language that no voice
// here speaks.
Result<VoiceChoice> choose_voice(std::string_view voice, std::string_view language);

}  // namespace cloudvno::speech
