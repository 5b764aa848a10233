// The port voice::SoundCodec over protocol/media, on the workers.
#pragma once

#include "domain/voice/documents.hpp"
#include "platform/net/semaphore.hpp"

namespace cloudvno::sound_codec {

// Called on one thread, the control thread; the work runs on `workers`. At most `most_at_once`
// tasks are there at a time, so that short ones of other kinds come between; `most_waiting` more
// wait for them, first come, first served. Beyond it a sound is not decoded (nothing is answered,
// as for a broken file), and encoding answers Errc::service_unavailable.
class WorkerSoundCodec final : public voice::SoundCodec {
 public:
  static constexpr std::size_t most_at_once = 4;
  static constexpr std::size_t most_waiting = 64;

  explicit WorkerSoundCodec(net::Executor workers) : workers_(std::move(workers)) {}

  net::Task<voice::SoundPtr> decode(std::string bytes) override;
  // Errc::invalid_parameter for other than one or two channels.
  net::Task<Result<std::string>> encode_mp3(std::vector<std::int16_t> samples,
                                            int channels) override;

 private:
  net::Executor workers_;
  net::Semaphore turns_{most_at_once, most_waiting};
};

}  // namespace cloudvno::sound_codec
