// Decoding and encoding on the workers.
#include "connectors/sound_codec/sound_codec.hpp"

#include "base/log.hpp"
#include "connectors/sound_codec/decode_sound.hpp"
#include "platform/net/run_on.hpp"
#include "protocol/media/mp3.hpp"

namespace cloudvno::sound_codec {
namespace {

net::Task<voice::SoundPtr> decode_here(std::string bytes) {
  co_return decode_sound(as_bytes(bytes));
}

net::Task<Result<std::string>> encode_here(std::vector<std::int16_t> samples, int channels) {
  Bytes bytes;
  media::Mp3Writer writer(channels);
  writer.write(samples, bytes);
  writer.finish(bytes);
  co_return std::string(as_text(bytes));
}

}  // namespace

net::Task<voice::SoundPtr> WorkerSoundCodec::decode(std::string bytes) {
  const auto turn = co_await turns_.acquire();
  if (!turn) {
    log::warn("sound_codec.full", {{"waiting", turns_.waiting()}});
    co_return nullptr;
  }
  co_return co_await net::run_on(workers_, decode_here(std::move(bytes)));
}

net::Task<Result<std::string>> WorkerSoundCodec::encode_mp3(std::vector<std::int16_t> samples,
                                                            int channels) {
  if (channels != 1 && channels != 2) {
    co_return fail(Errc::invalid_parameter, "A recording has one or two channels", "channels");
  }
  const auto turn = co_await turns_.acquire();
  if (!turn) {
    log::warn("sound_codec.full", {{"waiting", turns_.waiting()}});
    co_return fault("too many sounds wait to be encoded", Errc::service_unavailable);
  }
  co_return co_await net::run_on(workers_, encode_here(std::move(samples), channels));
}

}  // namespace cloudvno::sound_codec
