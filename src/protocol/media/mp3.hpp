// MP3 (ISO/IEC 11172-3 layer III): decoded by libmpg123, encoded by libmp3lame.
#pragma once

#include <memory>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "protocol/media/audio.hpp"

struct lame_global_struct;

namespace cloudvno::media {

// Any rate and channels, to mono at 8 kHz. No MP3: unsupported_media_type; longer than
// most_samples: body_too_large. What is broken within is left out.
Result<Samples> read_mp3(ByteView bytes);

// A file written piece by piece, 8 kHz, 32 kbit/s a channel. Takes about 0.1 ms a second of audio
// and more: not for a thread that plays.
class Mp3Writer {
 public:
  // One or two channels; two are interleaved in what is written.
  explicit Mp3Writer(int channels);

  // Appends to `out` what is ready.
  void write(SampleView samples, Bytes& out);
  void finish(Bytes& out);

 private:
  struct Close {
    void operator()(lame_global_struct* lame) const;
  };
  std::unique_ptr<lame_global_struct, Close> lame_;
  int channels_;
};

}  // namespace cloudvno::media
