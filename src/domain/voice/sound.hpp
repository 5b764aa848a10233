// Audio to be heard: one channel, 8,000 samples a second, ready to be sent.
#pragma once

#include "protocol/media/prompt.hpp"

namespace cloudvno::voice {

inline constexpr int sample_rate = 8'000;

// shared_ptr: a cache and every call that plays it hold one.
using SoundPtr = media::PromptPtr;

}  // namespace cloudvno::voice
