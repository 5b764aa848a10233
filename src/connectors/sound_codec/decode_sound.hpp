// The bytes of a sound file as a prompt.
#pragma once

#include "base/bytes.hpp"
#include "protocol/media/prompt.hpp"

namespace cloudvno::sound_codec {

// A WAV or an MP3, told by its bytes; nothing for others and for more than an hour. Takes up to
// seconds: for the workers.
media::PromptPtr decode_sound(ByteView bytes);

}  // namespace cloudvno::sound_codec
