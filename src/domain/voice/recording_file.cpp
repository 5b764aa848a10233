// Putting a recording's pieces together.
#include "domain/voice/recording_file.hpp"

#include <algorithm>
#include <bit>
#include <span>

#include "domain/voice/recording_store.hpp"
#include "protocol/media/wav.hpp"

namespace cloudvno::voice {
namespace {

static_assert(std::endian::native == std::endian::little, "WAV and the store are little-endian");

constexpr std::int64_t header_bytes = media::wav_header_size;
constexpr std::int64_t pieces_at_once = 64;

std::int64_t audio_bytes(const Recording& recording) {
  return recording.samples * recording.channels * 2;
}

std::string print_header(const Recording& recording) {
  const auto size = std::min<std::int64_t>(audio_bytes(recording), UINT32_MAX - header_bytes);
  const auto header = media::wav_header(media::WavCoding::pcm16, recording.channels,
                                        static_cast<std::uint32_t>(size));
  return {header.begin(), header.end()};
}

// Calls take(samples) for each piece in order, without what is skipped at both ends, until it
// answers false.
template <class Take>
Result<> each_part(storage::Transaction& tx, const vault::Keys& keys, const Recording& recording,
                   Take take) {
  std::int64_t skip = recording.skipped * recording.channels;
  std::int64_t left = recording.samples * recording.channels;
  for (std::int64_t first = 0;; first += pieces_at_once) {
    TRY_ASSIGN(const auto pieces, read_pieces(tx, keys, recording.sid, first, pieces_at_once));
    for (const auto& piece : pieces) {
      std::span<const std::int16_t> part(piece);
      const auto skipped = std::min<std::int64_t>(skip, std::ssize(part));
      skip -= skipped;
      part = part.subspan(static_cast<std::size_t>(skipped));
      part = part.first(static_cast<std::size_t>(std::min<std::int64_t>(left, std::ssize(part))));
      left -= std::ssize(part);
      if (!take(part) || left == 0) return {};
    }
    if (static_cast<std::int64_t>(pieces.size()) < pieces_at_once) return {};
  }
}

}  // namespace

std::int64_t wav_size(const Recording& recording) {
  return header_bytes + audio_bytes(recording);
}

Result<std::string> read_wav(storage::Transaction& tx, const vault::Keys& keys,
                             const Recording& recording, const ByteRange& range) {
  std::string out;
  out.reserve(static_cast<std::size_t>(range.last - range.first + 1));
  std::int64_t at = 0;
  const auto add = [&](std::string_view bytes) {
    const auto size = static_cast<std::int64_t>(bytes.size());
    const auto from = std::clamp<std::int64_t>(range.first - at, 0, size);
    const auto until = std::clamp<std::int64_t>(range.last + 1 - at, from, size);
    out += bytes.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(until - from));
    at += size;
    return at <= range.last;
  };
  if (add(print_header(recording))) {
    TRY(each_part(tx, keys, recording, [&](std::span<const std::int16_t> samples) {
      return add({reinterpret_cast<const char*>(samples.data()), samples.size_bytes()});
    }));
  }
  if (static_cast<std::int64_t>(out.size()) != range.last - range.first + 1) {
    return fail(Errc::not_found);
  }
  return out;
}

Result<std::vector<std::int16_t>> read_samples(storage::Transaction& tx, const vault::Keys& keys,
                                               const Recording& recording) {
  std::vector<std::int16_t> all;
  all.reserve(static_cast<std::size_t>(recording.samples * recording.channels));
  TRY(each_part(tx, keys, recording, [&](std::span<const std::int16_t> samples) {
    all.insert(all.end(), samples.begin(), samples.end());
    return true;
  }));
  return all;
}

}  // namespace cloudvno::voice
