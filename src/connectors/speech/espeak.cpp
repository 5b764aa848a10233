// Runs of espeak-ng.
#include "connectors/speech/espeak.hpp"

#include "base/log.hpp"
#include "connectors/sound_codec/decode_sound.hpp"
#include "connectors/speech/child.hpp"
#include "platform/net/run_on.hpp"

namespace cloudvno::speech {
namespace {

// Without what it takes for commands: control characters, and phonemes in double brackets.
std::string plain(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 1);
  for (const char c : text) {
    if (c == '[' && out.ends_with('[')) out += ' ';
    out += static_cast<unsigned char>(c) < ' ' || c == 0x7f ? ' ' : c;
  }
  out += '\n';
  return out;
}

net::Task<voice::SoundPtr> decode_here(std::string wav) {
  // Only what it is supposed to write, not whatever the codec knows.
  if (!wav.starts_with("RIFF")) co_return nullptr;
  co_return sound_codec::decode_sound(as_bytes(wav));
}

}  // namespace

net::Task<Result<voice::SoundPtr>> Espeak::speak(std::string voice, std::string text) {
  const auto turn = co_await turns_.acquire();
  if (!turn) co_return fault("too many texts wait to be spoken", Errc::service_unavailable);
  ChildOrder order;
  order.program = options_.path;
  order.arguments = {"--stdin", "--stdout", "-b", "1", "-v", std::move(voice)};
  order.input = plain(text);
  order.most_bytes = options_.most_bytes;
  order.deadline = options_.deadline;
  auto wav = co_await run_child(std::move(order));
  if (!wav) {
    log::warn("speech.espeak_failed", {{"cause", name_of(wav.error())}});
    if (wav.error() == ChildFailure::not_installed) {
      co_return fail(Errc::service_unavailable,
                     "Only English can be spoken here: the operator has to install espeak-ng");
    }
    co_return fault(fmt::format("espeak-ng: {}", name_of(wav.error())), Errc::service_unavailable);
  }
  auto sound = co_await net::run_on(workers_, decode_here(std::move(*wav)));
  if (!sound || sound->size() == 0) {
    log::warn("speech.espeak_failed", {{"cause", "no_wav"}});
    co_return fault("espeak-ng: no WAV", Errc::service_unavailable);
  }
  co_return sound;
}

}  // namespace cloudvno::speech
