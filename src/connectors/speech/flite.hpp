// English by flite, in this process.
#pragma once

#include "domain/voice/speech.hpp"
#include "platform/net/semaphore.hpp"

namespace cloudvno::speech {

// Synthesis as such: `voice` is "slt", "rms" or "awb", the text plain ASCII. The engine keeps state
// in its voices: one call at a time in the whole process, which a lock sees to. Takes 15 ms a
// second of speech. Errc::service_unavailable where the engine makes nothing of it.
Result<media::Samples> synthesize_english(const std::string& voice, const std::string& text);

// Called on the control thread; the work runs on the workers, one text at a time, 64 more wait,
// beyond them Errc::service_unavailable.
class Flite {
 public:
  static constexpr std::size_t most_waiting = 64;

  explicit Flite(net::Executor workers) : workers_(std::move(workers)) {}

  net::Task<Result<voice::SoundPtr>> speak(std::string voice, std::string text);

 private:
  net::Executor workers_;
  net::Semaphore turns_{1, most_waiting};
};

}  // namespace cloudvno::speech
