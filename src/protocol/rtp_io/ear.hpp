// What listens to a stream's audio: jitter buffer, concealment, detectors.
#pragma once

#include <memory>

#include "protocol/media/concealment.hpp"
#include "protocol/media/dtmf_detector.hpp"
#include "protocol/media/voice_detector.hpp"
#include "protocol/rtp/jitter_buffer.hpp"

namespace cloudvno::rtp_io {

// There only while somebody wants the audio itself (a recording, a detector): packets that are
// merely relayed are never decoded.
struct Ear {
  rtp::JitterBuffer buffer;
  media::Concealment concealment;
  media::VoiceDetector voice;
  std::unique_ptr<media::DtmfDetector> digits;
  rtp::Frame frame{};  // of this tick

  // The next 20 ms. What the voice detector makes of it.
  media::VoiceDetector::Change listen() {
    switch (buffer.pop(frame)) {
      case rtp::JitterBuffer::Pop::frame:
        concealment.good(frame);
        break;
      case rtp::JitterBuffer::Pop::missing:
        concealment.lost(frame);
        break;
      case rtp::JitterBuffer::Pop::idle:
        break;
    }
    return voice.frame(frame);
  }
};

}  // namespace cloudvno::rtp_io
