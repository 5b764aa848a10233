// Copies the write-ahead log into the file while the writer goes on (a "checkpoint" in SQLite's
// words), so that no commit waits for it.
//
// SQLite copies in the commit that makes the log long enough: that commit, and all that wait behind
// it, then wait for megabytes. Here a thread with a connection of its own copies what is there, and
// once more what came meanwhile; the writer copies the small rest itself, because the log can begin
// anew only when all of it was copied, and while the writer writes there is always a rest.
#pragma once

#include <sqlite3.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace cloudvno::storage::sqlite {

// Set for good, for all connections of a process to one file, once a sync has failed while the log
// was copied. The system tells of that once and takes the pages for written; SQLite counts them as
// copied and would let the log begin anew. So nothing is copied any more: the log keeps all, and
// the next process copies it from the start.
using CopyingStopped = std::shared_ptr<std::atomic<bool>>;

class LogCopier {
 public:
  // Takes over from the copying of its own that `writer` would do; `writer` is used on the calling
  // thread alone, and outlives this. Throws StorageError.
  LogCopier(const std::string& path, sqlite3* writer, CopyingStopped stopped);
  ~LogCopier();
  LogCopier(const LogCopier&) = delete;
  LogCopier& operator=(const LogCopier&) = delete;

  // The writer's part, between its transactions.
  void take_turn();

 private:
  enum class State { idle, asked, copied };

  static int on_commit(void* self, sqlite3* writer, const char* schema, int pages);
  void run();
  // Answers the pages that are left, or nothing where the disk fails: the log keeps all, and the
  // next commit to need the disk says so.
  int copy(sqlite3* connection);
  void stop_copying();

  sqlite3* const writer_;
  const CopyingStopped stopped_;
  sqlite3* reader_ = nullptr;
  int pages_ = 0;  // in the log after the last commit
  int next_at_;    // pages that are worth a copy

  std::mutex mutex_;
  std::condition_variable changed_;
  State state_ = State::idle;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace cloudvno::storage::sqlite
