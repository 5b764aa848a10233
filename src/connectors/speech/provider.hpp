// A speech service of the operator's choice, by HTTP.
#pragma once

#include "base/clock.hpp"
#include "domain/voice/speech.hpp"
#include "protocol/http/outgoing.hpp"
#include "protocol/http_io/client.hpp"

namespace cloudvno::speech {

struct ProviderOptions {
  std::string url;
  http::Headers headers;
  std::chrono::milliseconds timeout{10'000};
};

// POST of {"text", "voice", "language"} as JSON; the answer is 200 with a WAV or an MP3. A service
// that does not answer is left alone for half a minute, so that calls do not wait for it text by
// text. On the control thread; decodes on the workers.
class Provider {
 public:
  static constexpr std::chrono::seconds rest{30};
  static constexpr std::size_t most_bytes = 32 * 1024 * 1024;

  Provider(http_io::Client& client, net::Executor workers, const Clock& clock, http::Url url,
           ProviderOptions options)
      : client_(client),
        workers_(std::move(workers)),
        clock_(clock),
        url_(std::move(url)),
        options_(std::move(options)) {}

  // Nothing where it fails or rests.
  net::Task<voice::SoundPtr> speak(voice::SpeechRequest request);

 private:
  http_io::Client& client_;
  net::Executor workers_;
  const Clock& clock_;
  const http::Url url_;
  const ProviderOptions options_;
  Micros rests_until_{0};  // in the clock's elapsed time
};

}  // namespace cloudvno::speech
