// Digits heard in the audio itself (ITU-T Q.24), by spandsp.
#pragma once

#include <memory>
#include <string_view>

#include "protocol/media/audio.hpp"

struct dtmf_rx_state_s;

namespace cloudvno::media {

// Allocates at construction only; about 1 us a frame of 20 ms.
class DtmfDetector {
 public:
  DtmfDetector();

  // The digits whose tones began within; valid until the next call.
  std::string_view listen(SampleView samples);

 private:
  struct Free {
    void operator()(dtmf_rx_state_s* state) const;
  };
  std::unique_ptr<dtmf_rx_state_s, Free> state_;
  char digits_[33] = {};
};

}  // namespace cloudvno::media
