// The thread that copies, and the writer's part in it.
#include "platform/storage/sqlite/log_copier.hpp"

#include <fmt/format.h>
#include <pthread.h>

#include <utility>

#include "base/log.hpp"
#include "platform/storage/connection.hpp"

namespace cloudvno::storage::sqlite {
namespace {

// Pages in the log that are worth a copy (32 MB): what is written again and again, the ends of
// tables and indexes, is copied once.
constexpr int copied_from = 8'000;
// So small a rest the writer copies itself, in a few milliseconds.
constexpr int small_rest = 500;
constexpr int most_passes = 3;
// A log of 256 MB: the writer is faster than the copying, and waits for it.
constexpr int longest_log = 64'000;

// SQLite syncs the file only once all of the log was copied, so the writer's small rest would have
// to wait for all that was copied before.
bool sync_file(sqlite3* connection) {
  sqlite3_file* file = nullptr;
  sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, &file);
  return !file || !file->pMethods || file->pMethods->xSync(file, SQLITE_SYNC_NORMAL) == SQLITE_OK;
}

}  // namespace

LogCopier::LogCopier(const std::string& path, sqlite3* writer, CopyingStopped stopped)
    : writer_(writer), stopped_(std::move(stopped)), next_at_(copied_from) {
  const int code =
      sqlite3_open_v2(path.c_str(), &reader_,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  // Without this the log would not be on the disk before the file is overwritten.
  const bool good = code == SQLITE_OK && sqlite3_exec(reader_, "PRAGMA synchronous = FULL", nullptr,
                                                      nullptr, nullptr) == SQLITE_OK;
  if (!good) {
    const std::string why = sqlite3_errmsg(reader_);
    sqlite3_close_v2(reader_);
    throw StorageError(fmt::format("the connection that copies the log: {}", why));
  }
  sqlite3_wal_hook(writer_, &LogCopier::on_commit, this);
  thread_ = std::thread([this] { run(); });
}

LogCopier::~LogCopier() {
  sqlite3_wal_hook(writer_, nullptr, nullptr);
  {
    const std::scoped_lock lock(mutex_);
    ended_ = true;
  }
  changed_.notify_one();
  thread_.join();
  if (*stopped_) {
    // Who closes the file last copies what is left, too: that is one of these.
    for (auto* each : {reader_, writer_}) {
      sqlite3_db_config(each, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    }
  }
  sqlite3_close_v2(reader_);
}

int LogCopier::on_commit(void* self, sqlite3*, const char*, int pages) {
  static_cast<LogCopier*>(self)->pages_ = pages;
  return SQLITE_OK;
}

int LogCopier::copy(sqlite3* connection) {
  if (*stopped_) return 0;
  int in_log = 0;
  int copied = 0;
  const int code =
      sqlite3_wal_checkpoint_v2(connection, "main", SQLITE_CHECKPOINT_PASSIVE, &in_log, &copied);
  if (code == SQLITE_IOERR_FSYNC) stop_copying();
  return code == SQLITE_OK ? in_log - copied : 0;
}

void LogCopier::stop_copying() {
  *stopped_ = true;
  log::error("storage.copying_stopped", {{"until", "the next start"}});
}

void LogCopier::take_turn() {
  if (*stopped_) return;
  const int pages = pages_;
  if (pages < copied_from) next_at_ = copied_from;  // it has begun anew
  if (pages < next_at_) return;
  {
    std::unique_lock lock(mutex_);
    if (state_ == State::asked && pages >= longest_log) {
      changed_.wait(lock, [this] { return state_ != State::asked; });
    }
    if (state_ == State::asked) return;
    if (state_ == State::idle) {
      state_ = State::asked;
      changed_.notify_one();
      return;
    }
    state_ = State::idle;
  }
  copy(writer_);
  // A reader may keep the log from beginning anew: then not at each commit.
  next_at_ = pages + copied_from;
}

void LogCopier::run() {
  pthread_setname_np(pthread_self(), "storage-copy");
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ended_ || state_ == State::asked; });
    if (ended_) return;
    lock.unlock();
    int rest = longest_log;
    for (int pass = 0; pass < most_passes && rest > small_rest; ++pass) {
      rest = copy(reader_);
      if (!*stopped_ && !sync_file(reader_)) stop_copying();
      if (*stopped_) break;
    }
    lock.lock();
    state_ = State::copied;
    changed_.notify_one();
  }
}

}  // namespace cloudvno::storage::sqlite
