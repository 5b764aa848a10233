// SQL of the tables recording and recording_piece.
#pragma once

#include <span>
#include <vector>

#include "base/result.hpp"
#include "domain/api/page.hpp"
#include "domain/voice/recording.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::voice {

void insert_recording(storage::Transaction& tx, const vault::Keys& keys, const Recording& recording,
                      std::string_view owner);
// Samples of the channels in turns, as 16-bit PCM.
void insert_piece(storage::Transaction& tx, const vault::Keys& keys, const Recording& recording,
                  std::int64_t piece, std::span<const std::int16_t> samples);
// Its end. False where it has one, or was deleted.
bool end_recording(storage::Transaction& tx, const Recording& recording);

// Errc::not_found.
Result<Recording> find_recording(storage::Transaction& tx, const vault::Keys& keys,
                                 const AccountSid& account, const RecordingSid& sid,
                                 storage::RowLock lock = storage::RowLock::none);
Result<std::vector<Recording>> list_recordings(storage::Transaction& tx, const vault::Keys& keys,
                                               const api::Conditions& conditions,
                                               const api::PageQuery& page);
// At most 1,000, the oldest first.
Result<std::vector<Recording>> list_recordings_of(storage::Transaction& tx, const vault::Keys& keys,
                                                  const AccountSid& account, const CallSid& call);
// Pieces from `first` on, at most `most` of them; each with the samples that are in it.
Result<std::vector<std::vector<std::int16_t>>> read_pieces(storage::Transaction& tx,
                                                           const vault::Keys& keys,
                                                           const RecordingSid& sid,
                                                           std::int64_t first, std::int64_t most);

// Recordings that `owner` makes, those of a process that died included.
struct RunningRecording {
  RecordingSid sid;
  AccountSid account;
};
std::vector<RunningRecording> list_running_recordings(storage::Transaction& tx,
                                                      std::string_view owner);
// What its pieces come to.
std::int64_t count_samples(storage::Transaction& tx, const RecordingSid& sid);
std::int64_t move_recordings(storage::Transaction& tx, std::string_view from, std::string_view to);

void delete_recording(storage::Transaction& tx, const RecordingSid& sid);
void delete_recordings_of(storage::Transaction& tx, const CallSid& call);

}  // namespace cloudvno::voice
