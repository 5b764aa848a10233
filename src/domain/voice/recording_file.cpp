// Putting a recording's pieces together.
#include "domain/voice/recording_file.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <span>

#include "domain/voice/recording_store.hpp"

namespace cloudvno::voice {
namespace {

static_assert(std::endian::native == std::endian::little, "WAV and the store are little-endian");

constexpr std::int64_t header_bytes = 44;
constexpr std::int64_t pieces_at_once = 64;

std::int64_t audio_bytes(const Recording& recording) {
  return recording.samples * recording.channels * 2;
}

template <class T>
void put(std::string& out, T value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out.append(bytes, sizeof bytes);
}

std::string print_header(const Recording& recording) {
  constexpr std::uint16_t pcm = 1;
  constexpr std::uint16_t bits = 16;
  const auto channels = static_cast<std::uint16_t>(recording.channels);
  const auto size = static_cast<std::uint32_t>(
      std::min<std::int64_t>(audio_bytes(recording), UINT32_MAX - header_bytes));
  const auto block = static_cast<std::uint16_t>(channels * bits / 8);
  std::string out = "RIFF";
  put(out, static_cast<std::uint32_t>(size + header_bytes - 8));
  out += "WAVEfmt ";
  put(out, std::uint32_t{16});
  put(out, pcm);
  put(out, channels);
  put(out, std::uint32_t{sample_rate});
  put(out, std::uint32_t{sample_rate} * block);
  put(out, block);
  put(out, bits);
  out += "data";
  put(out, size);
  return out;
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
