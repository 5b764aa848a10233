// What a simulated telephone says when it has answered.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "protocol/media/prompt.hpp"

namespace cloudvno::phones {

enum class Sound : std::uint8_t { silence, tone, speech, own };

// As the API has them; `own` is what was uploaded, and cannot be asked for by its word.
inline constexpr std::array<std::string_view, 4> sound_words{"silence", "tone", "speech", "wav"};

// The hertz of Sound::tone: no frequency of a digit or of a call's tones.
inline constexpr int tone_hertz = 550;

// Null for silence, and for what is uploaded.
const media::PromptPtr& prompt_of(Sound sound);
// How often it is played; 0: until the call ends.
constexpr unsigned loops_of(Sound sound) {
  return sound == Sound::tone ? 0 : 1;
}

}  // namespace cloudvno::phones
