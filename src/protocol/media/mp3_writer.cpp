// MP3 encoded by libmp3lame.
#include <lame/lame.h>

#include <new>

#include "protocol/media/mp3.hpp"

namespace cloudvno::media {

void Mp3Writer::Close::operator()(lame_global_struct* lame) const {
  lame_close(lame);
}

Mp3Writer::Mp3Writer(int channels) : lame_(lame_init()), channels_(channels) {
  if (!lame_) throw std::bad_alloc();
  lame_set_in_samplerate(lame_.get(), 8'000);
  lame_set_out_samplerate(lame_.get(), 8'000);
  lame_set_num_channels(lame_.get(), channels);
  lame_set_mode(lame_.get(), channels == 1 ? MONO : STEREO);
  lame_set_brate(lame_.get(), 32 * channels);
  lame_set_quality(lame_.get(), 5);
  // Its first frame would have to be rewritten at the end, and a stream cannot be.
  lame_set_bWriteVbrTag(lame_.get(), 0);
  if (lame_init_params(lame_.get()) < 0) throw std::bad_alloc();
}

void Mp3Writer::write(SampleView samples, Bytes& out) {
  const std::size_t count = samples.size() / static_cast<std::size_t>(channels_);
  const std::size_t before = out.size();
  // The bound that lame.h states.
  out.resize(before + count * 5 / 4 + 7'200);
  // lame does not write to its input, though its signature would allow it.
  auto* input = const_cast<std::int16_t*>(samples.data());
  const int written =
      channels_ == 1
          ? lame_encode_buffer(lame_.get(), input, input, static_cast<int>(count),
                               out.data() + before, static_cast<int>(out.size() - before))
          : lame_encode_buffer_interleaved(lame_.get(), input, static_cast<int>(count),
                                           out.data() + before,
                                           static_cast<int>(out.size() - before));
  out.resize(before + static_cast<std::size_t>(std::max(0, written)));
}

void Mp3Writer::finish(Bytes& out) {
  const std::size_t before = out.size();
  out.resize(before + 7'200);
  const int written = lame_encode_flush(lame_.get(), out.data() + before, 7'200);
  out.resize(before + static_cast<std::size_t>(std::max(0, written)));
}

}  // namespace cloudvno::media
