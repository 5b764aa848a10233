// MP3 decoded by libmpg123, from memory and within bounds.
#include <mpg123.h>

#include <mutex>

#include "protocol/media/mp3.hpp"
#include "protocol/media/resample.hpp"

namespace cloudvno::media {
namespace {

struct Delete {
  void operator()(mpg123_handle* handle) const { mpg123_delete(handle); }
};
using Handle = std::unique_ptr<mpg123_handle, Delete>;

constexpr std::size_t piece = 16'384;

Handle open() {
  static std::once_flag once;
  std::call_once(once, [] { mpg123_init(); });
  int error = MPG123_OK;
  Handle handle(mpg123_new(nullptr, &error));
  if (!handle) return nullptr;
  // Tags may hold pictures and text of any size, and indexes grow with the file: neither is kept.
  mpg123_param(handle.get(), MPG123_ADD_FLAGS,
               MPG123_QUIET | MPG123_MONO_MIX | MPG123_SKIP_ID3V2 | MPG123_IGNORE_INFOFRAME, 0);
  mpg123_param(handle.get(), MPG123_INDEX_SIZE, 0, 0);
  mpg123_param(handle.get(), MPG123_RESYNC_LIMIT, 65'536, 0);
  // Every rate it knows, as 16-bit mono.
  mpg123_format_none(handle.get());
  const long* rates = nullptr;
  std::size_t count = 0;
  mpg123_rates(&rates, &count);
  for (std::size_t i = 0; i < count; ++i)
    mpg123_format(handle.get(), rates[i], MPG123_MONO, MPG123_ENC_SIGNED_16);
  if (mpg123_open_feed(handle.get()) != MPG123_OK) return nullptr;
  return handle;
}

}  // namespace

Result<Samples> read_mp3(ByteView bytes) {
  const Handle handle = open();
  if (!handle) return fault("libmpg123 cannot be opened");
  Samples samples;
  long rate = 0;
  std::array<std::int16_t, piece> decoded;
  ByteView rest = bytes;
  for (;;) {
    std::size_t made = 0;
    const ByteView input = rest.first(std::min(rest.size(), piece));
    rest = rest.subspan(input.size());
    int status =
        mpg123_decode(handle.get(), input.data(), input.size(),
                      reinterpret_cast<unsigned char*>(decoded.data()), sizeof decoded, &made);
    // Each piece is decoded until more is asked for.
    while (status == MPG123_OK || status == MPG123_NEW_FORMAT || made != 0) {
      samples.insert(samples.end(), decoded.begin(),
                     decoded.begin() + static_cast<std::ptrdiff_t>(made / 2));
      if (status == MPG123_NEW_FORMAT) {
        long new_rate = 0;
        int channels = 0, encoding = 0;
        mpg123_getformat(handle.get(), &new_rate, &channels, &encoding);
        // One rate a file: what changes it midway is no file that somebody would play.
        if (rate != 0 && new_rate != rate && !samples.empty())
          return fail(Errc::unsupported_media_type, "the MP3 file changes its sample rate");
        rate = new_rate;
      }
      if (rate > 0 && samples.size() / static_cast<std::size_t>(rate) > most_samples / 8'000)
        return fail(Errc::body_too_large, "the audio is too long");
      if (status != MPG123_OK && status != MPG123_NEW_FORMAT) break;
      made = 0;
      status =
          mpg123_decode(handle.get(), nullptr, 0, reinterpret_cast<unsigned char*>(decoded.data()),
                        sizeof decoded, &made);
    }
    if (rest.empty() || (status != MPG123_NEED_MORE && status != MPG123_OK)) break;
  }
  if (rate == 0 || samples.empty())
    return fail(Errc::unsupported_media_type, "the audio is not an MP3 file");
  return to_8khz(std::move(samples), static_cast<int>(rate));
}

}  // namespace cloudvno::media
