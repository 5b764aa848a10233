// Telling and decoding sound files.
#include "connectors/sound_codec/decode_sound.hpp"

#include "protocol/media/mp3.hpp"
#include "protocol/media/wav.hpp"

namespace cloudvno::sound_codec {

media::PromptPtr decode_sound(ByteView bytes) {
  const auto samples =
      as_text(bytes).starts_with("RIFF") ? media::read_wav(bytes) : media::read_mp3(bytes);
  if (!samples) return nullptr;
  return std::make_shared<const media::Prompt>(*samples);
}

}  // namespace cloudvno::sound_codec
