// WAV files (RIFF WAVE; Microsoft's WAVEFORMATEX, RFC 2361 for the codes).
#pragma once

#include <array>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "protocol/media/audio.hpp"

namespace cloudvno::media {

// Linear PCM of 8, 16, 24 or 32 bits, mu-law or A-law; of several channels (at most 8) the mean;
// any rate that to_8khz takes. Sizes in the file that go beyond its end are cut there, since
// recorders that were stopped leave them. Not a WAV file, or another coding:
// unsupported_media_type; longer than most_samples: body_too_large.
Result<Samples> read_wav(ByteView bytes);

enum class WavCoding : std::uint16_t { pcm16 = 1, a_law = 6, mu_law = 7 };

// The header of a file of that coding at 8 kHz whose data (of `data_bytes`, at most 4 GB less the
// header) are written after it.
inline constexpr std::size_t wav_header_size = 58;
std::array<std::uint8_t, wav_header_size> wav_header(WavCoding coding, int channels,
                                                     std::uint32_t data_bytes);

}  // namespace cloudvno::media
