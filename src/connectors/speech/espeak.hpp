// espeak-ng as a child process: a hundred languages. Its licence (GPL-3) is why it is not linked.
#pragma once

#include "domain/voice/speech.hpp"
#include "platform/net/semaphore.hpp"

namespace cloudvno::speech {

struct EspeakOptions {
  std::string path;
  std::chrono::milliseconds deadline{5'000};
  std::size_t most_bytes = 64 * 1024 * 1024;  // of its WAV: 25 minutes
};

// On the control thread; decodes on the workers. Two processes at once, 64 requests more wait,
// beyond them Errc::service_unavailable.
class Espeak {
 public:
  static constexpr std::size_t most_at_once = 2;
  static constexpr std::size_t most_waiting = 64;

  Espeak(net::Executor workers, EspeakOptions options)
      : workers_(std::move(workers)), options_(std::move(options)) {}

  // Errc::service_unavailable for every failure; the text says what to install where it is that.
  net::Task<Result<voice::SoundPtr>> speak(std::string voice, std::string text);

 private:
  net::Executor workers_;
  const EspeakOptions options_;
  net::Semaphore turns_{most_at_once, most_waiting};
};

}  // namespace cloudvno::speech
