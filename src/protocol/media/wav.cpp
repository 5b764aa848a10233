// WAV files: chunks found, samples read, headers written.
#include "protocol/media/wav.hpp"

#include <algorithm>

#include "protocol/media/g711.hpp"
#include "protocol/media/resample.hpp"

namespace cloudvno::media {
namespace {

constexpr std::uint16_t coding_extensible = 0xfffe;

std::uint32_t read_le(ByteView bytes, std::size_t at, std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < count; ++i)
    value |= static_cast<std::uint32_t>(bytes[at + i]) << (8 * i);
  return value;
}

struct Format {
  std::uint32_t coding = 0;
  std::size_t channels = 0;
  std::uint32_t rate = 0;
  std::size_t bits = 0;
};

Format read_format(ByteView chunk) {
  Format format{read_le(chunk, 0, 2), read_le(chunk, 2, 2), read_le(chunk, 4, 4),
                read_le(chunk, 14, 2)};
  // The true coding is the first word of the sub-format.
  if (format.coding == coding_extensible && chunk.size() >= 26)
    format.coding = read_le(chunk, 24, 2);
  return format;
}

bool supported(const Format& format) {
  if (format.channels < 1 || format.channels > 8) return false;
  switch (format.coding) {
    case 1:
      return format.bits == 8 || format.bits == 16 || format.bits == 24 || format.bits == 32;
    case 6:
    case 7:
      return format.bits == 8;
    default:
      return false;
  }
}

int read_sample(const Format& format, ByteView bytes, std::size_t at) {
  if (format.coding == 6) return decode_g711(Law::a, bytes[at]);
  if (format.coding == 7) return decode_g711(Law::mu, bytes[at]);
  // Eight bits are unsigned; of more the upper two bytes are what we keep.
  if (format.bits == 8) return (bytes[at] - 128) * 256;
  return static_cast<std::int16_t>(read_le(bytes, at + format.bits / 8 - 2, 2));
}

Result<Samples> read_data(const Format& format, ByteView data) {
  const std::size_t sample_bytes = format.bits / 8;
  const std::size_t frame_bytes = sample_bytes * format.channels;
  const std::size_t count = data.size() / frame_bytes;
  // Before anything of that size is made.
  if (format.rate == 0 || count / format.rate > most_samples / 8'000)
    return fail(Errc::body_too_large, "the audio is too long");
  Samples samples(count);
  for (std::size_t i = 0; i < count; ++i) {
    int sum = 0;
    for (std::size_t c = 0; c < format.channels; ++c)
      sum += read_sample(format, data, i * frame_bytes + c * sample_bytes);
    samples[i] = static_cast<std::int16_t>(sum / static_cast<int>(format.channels));
  }
  return samples;
}

}  // namespace

Result<Samples> read_wav(ByteView bytes) {
  if (bytes.size() < 12 || as_text(bytes.first(4)) != "RIFF" ||
      as_text(bytes.subspan(8, 4)) != "WAVE")
    return fail(Errc::unsupported_media_type, "the audio is not a WAV file");
  Format format;
  ByteView rest = bytes.subspan(12);
  while (rest.size() >= 8) {
    const std::string_view name = as_text(rest.first(4));
    const std::size_t size = std::min<std::size_t>(read_le(rest, 4, 4), rest.size() - 8);
    const ByteView chunk = rest.subspan(8, size);
    if (name == "fmt " && size >= 16) format = read_format(chunk);
    if (name == "data") {
      if (!supported(format) || format.rate < 4'000 || format.rate > 192'000)
        return fail(Errc::unsupported_media_type, "the coding of the WAV file is not supported");
      TRY_ASSIGN(auto samples, read_data(format, chunk));
      return to_8khz(std::move(samples), static_cast<int>(format.rate));
    }
    // Chunks of odd size are padded.
    rest = rest.subspan(std::min(rest.size(), 8 + size + size % 2));
  }
  return fail(Errc::unsupported_media_type, "the WAV file has no audio");
}

std::array<std::uint8_t, wav_header_size> wav_header(WavCoding coding, int channels,
                                                     std::uint32_t data_bytes) {
  std::array<std::uint8_t, wav_header_size> out{};
  std::size_t size = 0;
  auto text = [&](std::string_view word) {
    for (char c : word) out[size++] = static_cast<std::uint8_t>(c);
  };
  auto number = [&](std::uint32_t value, int count) {
    for (; count != 0; --count, value >>= 8) out[size++] = static_cast<std::uint8_t>(value);
  };
  const auto wide = static_cast<std::uint32_t>(channels);
  const std::uint32_t sample_bytes = coding == WavCoding::pcm16 ? 2 : 1;
  text("RIFF");
  number(data_bytes + wav_header_size - 8 + data_bytes % 2, 4);
  text("WAVEfmt ");
  number(18, 4);
  number(static_cast<std::uint32_t>(coding), 2);
  number(wide, 2);
  number(8'000, 4);
  number(8'000 * wide * sample_bytes, 4);
  number(wide * sample_bytes, 2);
  number(sample_bytes * 8, 2);
  number(0, 2);
  // Codings other than PCM carry the number of samples of a channel.
  text("fact");
  number(4, 4);
  number(data_bytes / (wide * sample_bytes), 4);
  text("data");
  number(data_bytes, 4);
  return out;
}

}  // namespace cloudvno::media
