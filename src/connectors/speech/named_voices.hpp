// Voices that applications name, and what each speaks.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "connectors/speech/voice_choice.hpp"

namespace cloudvno::speech {

struct NamedVoice {
  std::string language;  // BCP 47
  Gender gender = Gender::female;
};

// Of "Polly.Name", with or without a suffix such as "-Neural", and of "Google.de-DE-…"; nothing for
// names that are not known.
std::optional<NamedVoice> find_named_voice(std::string_view voice);

}  // namespace cloudvno::speech
