// SQL of the tables recording and recording_piece.
#include "domain/voice/recording_store.hpp"

#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstring>

#include "platform/cluster/node_store.hpp"

namespace cloudvno::voice {
namespace {

namespace json = boost::json;

constexpr std::string_view columns =
    "SELECT sid, account_sid, live, call_sid, status, source, track, channels, skipped, samples, "
    "callback_sealed, sequence, created_at, ended_at FROM recording";

vault::Place callback_place(const RecordingSid& sid) {
  return {"recording", "callback_sealed", sid.view()};
}

std::string piece_row(const RecordingSid& sid, std::int64_t piece) {
  return fmt::format("{}:{}", sid.view(), piece);
}

std::string print_callback(const RecordingCallback& callback) {
  return json::serialize(json::object{
      {"url", callback.url}, {"method", callback.method}, {"events", callback.events}});
}

RecordingCallback read_callback(std::string_view text) {
  const auto value = json::parse(json::string_view(text));
  return {std::string(value.at("url").as_string()), std::string(value.at("method").as_string()),
          value.at("events").to_number<RecordingEvents>()};
}

Result<Recording> read_row(const storage::Rows& rows, const vault::Keys& keys) {
  Recording recording;
  recording.sid = rows.sid<RecordingSid>(0);
  recording.account = rows.sid<AccountSid>(1);
  recording.live = rows.boolean(2);
  recording.call = rows.sid<CallSid>(3);
  recording.status = parse_recording_status(rows.text(4));
  recording.source = rows.text(5);
  recording.track = rows.text(6);
  recording.channels = static_cast<int>(rows.integer(7));
  recording.skipped = rows.integer(8);
  recording.samples = rows.integer(9);
  TRY_ASSIGN(const auto callback, keys.open(callback_place(recording.sid), rows.bytes(10)));
  recording.callback = read_callback(callback);
  recording.sequence = rows.integer(11);
  recording.created_at = rows.time(12);
  recording.ended_at = rows.optional_time(13);
  return recording;
}

}  // namespace

void insert_recording(storage::Transaction& tx, const vault::Keys& keys, const Recording& recording,
                      std::string_view owner) {
  tx.run(
      "INSERT INTO recording (sid, account_sid, live, call_sid, status, source, track, channels, "
      "skipped, samples, callback_sealed, sequence, owner, created_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
      recording.sid, recording.account, recording.live, recording.call,
      status_name(recording.status), recording.source, recording.track, recording.channels,
      recording.skipped, recording.samples,
      keys.seal(callback_place(recording.sid), print_callback(recording.callback)),
      recording.sequence, owner, recording.created_at);
}

void insert_piece(storage::Transaction& tx, const vault::Keys& keys, const Recording& recording,
                  std::int64_t piece, std::span<const std::int16_t> samples) {
  const auto row = piece_row(recording.sid, piece);
  const std::string_view bytes(reinterpret_cast<const char*>(samples.data()), samples.size_bytes());
  tx.run(
      "INSERT INTO recording_piece (recording_sid, piece, account_sid, samples, audio_sealed) "
      "VALUES ($1, $2, $3, $4, $5)",
      recording.sid, piece, recording.account,
      static_cast<std::int64_t>(samples.size()) / recording.channels,
      keys.seal({"recording_piece", "audio_sealed", row}, bytes));
}

bool end_recording(storage::Transaction& tx, const Recording& recording) {
  return tx.run(
             "UPDATE recording SET status = $2, samples = $3, sequence = $4, ended_at = $5, "
             "skipped = $6 "
             "WHERE sid = $1 AND ended_at IS NULL",
             recording.sid, status_name(recording.status), recording.samples, recording.sequence,
             recording.ended_at, recording.skipped) == 1;
}

Result<Recording> find_recording(storage::Transaction& tx, const vault::Keys& keys,
                                 const AccountSid& account, const RecordingSid& sid,
                                 storage::RowLock lock) {
  static const std::string sql = fmt::format("{} WHERE sid = $1 AND account_sid = $2", columns);
  const auto rows = tx.query_locked(lock, sql, sid, account);
  if (!rows->next()) return fail(Errc::not_found);
  return read_row(*rows, keys);
}

Result<std::vector<Recording>> list_recordings(storage::Transaction& tx, const vault::Keys& keys,
                                               const api::Conditions& conditions,
                                               const api::PageQuery& page) {
  const auto where = conditions.where(tx, "recording");
  const auto rows = tx.query_text(fmt::format("{}{}{}", columns, where.text, api::page_order(page)),
                                  where.parameters);
  std::vector<Recording> all;
  while (rows->next()) {
    TRY_ASSIGN(auto recording, read_row(*rows, keys));
    all.push_back(std::move(recording));
  }
  return all;
}

Result<std::vector<Recording>> list_recordings_of(storage::Transaction& tx, const vault::Keys& keys,
                                                  const AccountSid& account, const CallSid& call) {
  static const std::string sql = fmt::format(
      "{} WHERE call_sid = $1 AND account_sid = $2 ORDER BY substr(sid, 3) LIMIT 1000", columns);
  const auto rows = tx.query(sql, call, account);
  std::vector<Recording> all;
  while (rows->next()) {
    TRY_ASSIGN(auto recording, read_row(*rows, keys));
    all.push_back(std::move(recording));
  }
  return all;
}

Result<std::vector<std::vector<std::int16_t>>> read_pieces(storage::Transaction& tx,
                                                           const vault::Keys& keys,
                                                           const RecordingSid& sid,
                                                           std::int64_t first, std::int64_t most) {
  std::vector<std::vector<std::int16_t>> all;
  const auto rows = tx.query(
      "SELECT piece, audio_sealed FROM recording_piece WHERE recording_sid = $1 AND piece >= $2 "
      "AND piece < $3 ORDER BY piece",
      sid, first, first + most);
  while (rows->next()) {
    const auto row = piece_row(sid, rows->integer(0));
    TRY_ASSIGN(const auto bytes,
               keys.open({"recording_piece", "audio_sealed", row}, rows->bytes(1)));
    std::vector<std::int16_t> samples(bytes.size() / sizeof(std::int16_t));
    std::memcpy(samples.data(), bytes.data(), samples.size() * sizeof(std::int16_t));
    all.push_back(std::move(samples));
  }
  return all;
}

std::vector<RunningRecording> list_running_recordings(storage::Transaction& tx,
                                                      std::string_view owner) {
  const auto rows = tx.query(
      "SELECT sid, account_sid FROM recording WHERE owner = $1 AND ended_at IS NULL "
      "ORDER BY sid LIMIT 1000",
      owner);
  std::vector<RunningRecording> all;
  while (rows->next()) all.push_back({rows->sid<RecordingSid>(0), rows->sid<AccountSid>(1)});
  return all;
}

std::int64_t count_samples(storage::Transaction& tx, const RecordingSid& sid) {
  const auto rows = tx.query("SELECT samples FROM recording_piece WHERE recording_sid = $1", sid);
  std::int64_t samples = 0;
  while (rows->next()) samples += rows->integer(0);
  return samples;
}

std::int64_t move_recordings(storage::Transaction& tx, std::string_view from, std::string_view to) {
  return tx.run(
      "UPDATE recording SET owner = $2 WHERE owner = $1 AND ended_at IS NULL AND sid IN "
      "(SELECT sid FROM recording WHERE owner = $1 AND ended_at IS NULL LIMIT $3)",
      from, to, cluster::most_moved);
}

void delete_recording(storage::Transaction& tx, const RecordingSid& sid) {
  tx.run("DELETE FROM recording_piece WHERE recording_sid = $1", sid);
  tx.run("DELETE FROM recording WHERE sid = $1", sid);
}

void delete_recordings_of(storage::Transaction& tx, const CallSid& call) {
  tx.run(
      "DELETE FROM recording_piece WHERE recording_sid IN "
      "(SELECT sid FROM recording WHERE call_sid = $1)",
      call);
  tx.run("DELETE FROM recording WHERE call_sid = $1", call);
}

}  // namespace cloudvno::voice
