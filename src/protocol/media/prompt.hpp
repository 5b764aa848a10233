// Audio made ready to be sent: both laws of G.711, so that a frame costs a copy.
#pragma once

#include <memory>

#include "protocol/media/audio.hpp"
#include "protocol/media/g711.hpp"

namespace cloudvno::media {

// Constant after construction: shared by all streams and threads that play it. Takes 16 kB a
// second.
class Prompt {
 public:
  explicit Prompt(SampleView samples);

  std::size_t size() const { return mu_.size(); }  // in samples
  ByteView bytes(Law law) const { return law == Law::mu ? mu_ : a_; }

 private:
  Bytes mu_;
  Bytes a_;
};

using PromptPtr = std::shared_ptr<const Prompt>;

}  // namespace cloudvno::media
