// The port voice::Speech: a provider's voices if there is one, flite's English, espeak-ng's
// languages.
#pragma once

#include <memory>
#include <optional>
#include <unordered_map>

#include "base/clock.hpp"
#include "connectors/speech/espeak.hpp"
#include "connectors/speech/flite.hpp"
#include "connectors/speech/provider.hpp"
#include "domain/voice/sound_cache.hpp"
#include "platform/net/runtime.hpp"

namespace cloudvno::speech {

struct SpeechOptions {
  std::string espeak_path = "espeak-ng";
  std::string provider_url;  // empty: none
  http::Headers provider_headers;
  std::size_t cache_bytes = 64 * 1024 * 1024;
  std::size_t most_running = 256;  // texts at once; beyond it Errc::service_unavailable
  std::chrono::milliseconds espeak_deadline{5'000};
  std::chrono::milliseconds provider_timeout{10'000};
  std::chrono::milliseconds deadline{15'000};  // of speak()
};

// Lives on the control thread. Callers that ask the same at the same time share one synthesis,
// which goes on when one of them, or each, goes away: its sound is cached. No text is logged.
class LocalSpeech final : public voice::Speech {
 public:
  // `client` is needed for a provider only. A provider's URL that is none is logged and left out.
  LocalSpeech(net::Executor control, net::Executor workers, const Clock& clock,
              http_io::Client* client, SpeechOptions options = {});

  net::Task<Result<voice::SoundPtr>> speak(voice::SpeechRequest request) override;
  // Ends what runs; to be awaited before the executors stop.
  net::Task<> stop();

 private:
  struct Synthesis;

  net::Task<> run(std::string key, voice::SpeechRequest request,
                  std::shared_ptr<Synthesis> synthesis);
  net::Task<Result<voice::SoundPtr>> synthesize(voice::SpeechRequest request);

  const SpeechOptions options_;
  const net::Executor control_;
  std::optional<Provider> provider_;
  Flite flite_;
  Espeak espeak_;
  voice::SoundCache cache_;
  std::unordered_map<std::string, std::shared_ptr<Synthesis>> running_;
  net::TaskGroup tasks_;
};

}  // namespace cloudvno::speech
