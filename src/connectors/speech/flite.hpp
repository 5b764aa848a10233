// English by flite, in this process.
#pragma once

#include "domain/voice/speech.hpp"
#include "platform/net/semaphore.hpp"

namespace cloudvno::speech {

// Synthesis as such: `voice` is "slt", "rms" or "awb", the text a piece of english_text. The engine
// keeps state in its voices: one call at a time in the whole process, which a lock sees to. Takes
// 10 ms a second of speech. Errc::service_unavailable where the engine makes nothing of it.
Result<media::Samples> synthesize_english(const std::string& voice, const std::string& piece);

// Called on the control thread; the work runs on the workers, a piece at a time, so that texts get
// ahead in turns and others' work comes between. Beyond 64 texts, and for one that is not done in
// 14 s: Errc::service_unavailable.
class Flite {
 public:
  static constexpr std::size_t most_texts = 64;
  static constexpr std::chrono::seconds deadline{14};

  explicit Flite(net::Executor workers) : workers_(std::move(workers)) {}

  net::Task<Result<voice::SoundPtr>> speak(std::string voice, std::string text);

 private:
  net::Executor workers_;
  net::Semaphore places_{most_texts, 0};
  net::Semaphore turns_{1, most_texts};
};

}  // namespace cloudvno::speech
