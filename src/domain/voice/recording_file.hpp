// A recording as a file: WAV as it was kept, any part of it; or MP3.
#pragma once

#include <string>

#include "domain/voice/byte_range.hpp"
#include "domain/voice/recording.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::voice {

// 16-bit PCM with its header (media::wav_header).
std::int64_t wav_size(const Recording& recording);
// Reads no more pieces than it needs. Errc::not_found where the recording went meanwhile.
Result<std::string> read_wav(storage::Transaction& tx, const vault::Keys& keys,
                             const Recording& recording, const ByteRange& range);
// All samples, of its channels in turns.
Result<std::vector<std::int16_t>> read_samples(storage::Transaction& tx, const vault::Keys& keys,
                                               const Recording& recording);

}  // namespace cloudvno::voice
