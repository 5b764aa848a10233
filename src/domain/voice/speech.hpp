// The port through which text becomes speech.
#pragma once

#include <string>

#include "base/result.hpp"
#include "domain/voice/sound.hpp"
#include "platform/net/task.hpp"

namespace cloudvno::voice {

struct SpeechRequest {
  std::string text;      // UTF-8, at most 4,096 characters; no markup
  std::string voice;     // as the document names it: "alice", "Polly.Joanna"; empty: any
  std::string language;  // BCP 47, "en-US"; empty: the voice's own
};

// Owned by app; called and resumed on the control thread. Ends within 15 s. What was spoken before
// is answered from a cache.
class Speech {
 public:
  virtual ~Speech() = default;
  // Errc::invalid_parameter for a language that nobody here speaks; service_unavailable.
  virtual net::Task<Result<SoundPtr>> speak(SpeechRequest request) = 0;
};

}  // namespace cloudvno::voice
