// A connection to an SQLite file.
#include "platform/storage/sqlite/connection.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "base/invariant.hpp"
#include "platform/storage/sqlite/error.hpp"
#include "platform/storage/sqlite/joined_log.hpp"

namespace cloudvno::storage::sqlite {
namespace {

// SQLite would make the file readable by all that the umask lets in; its other files follow it.
void make_private_file(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    throw StorageError(fmt::format("cannot open {}: {}", path, std::strerror(errno)));
  }
  // Closing it cannot drop another connection's locks: the writer is the first of this process.
  ::close(descriptor);
}

}  // namespace

SqliteConnection::SqliteConnection(const std::string& path, bool writer,
                                   std::chrono::milliseconds busy_timeout, CopyingStopped stopped)
    : writer_(writer) {
  try {
    open(path);
    set_up(busy_timeout);
    if (writer_) copier_ = std::make_unique<LogCopier>(path, handle_, std::move(stopped));
  } catch (const std::exception& error) {
    statements_.clear();
    sqlite3_close_v2(handle_);
    throw StorageError(fmt::format("cannot use {}: {}", path, error.what()));
  }
}

SqliteConnection::~SqliteConnection() {
  copier_.reset();
  statements_.clear();
  sqlite3_close_v2(handle_);
}

void SqliteConnection::open(const std::string& path) {
  if (writer_ && ::access(path.c_str(), F_OK) != 0) make_private_file(path);
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code =
      sqlite3_open_v2(path.c_str(), &handle_, flags, writer_ ? joined_log_vfs() : nullptr);
  if (code != SQLITE_OK) throw_error(handle_, code, "opening");
}

void SqliteConnection::set_up(std::chrono::milliseconds busy_timeout) {
  busy_timeout_ = busy_timeout;
  sqlite3_busy_handler(handle_, &SqliteConnection::wait_while_busy, this);
  if (writer_) turn_to_wal();
  // FULL: a commit is on the disk when it is answered, not only safe from our own crash.
  control("PRAGMA synchronous = FULL");
  control("PRAGMA foreign_keys = ON");
  control("PRAGMA trusted_schema = OFF");
  control("PRAGMA cell_size_check = ON");
  // Savepoints keep what they may have to take back here.
  control("PRAGMA temp_store = MEMORY");
  // Readers keep the inner pages of a table of ten million rows and of its indexes (some 30 MB): a
  // row that is not in the cache then costs one read. The writer has less: a commit after a page
  // was split looks through the whole cache (balance_nonroot() lends pages the number of the lock
  // page, so the cache believes to be longer than the file). With 64 MB that was 9 % of its time.
  control(writer_ ? "PRAGMA cache_size = -16384" : "PRAGMA cache_size = -49152");
  if (writer_) {
    control("PRAGMA journal_size_limit = 67108864");
    make_log_durable();
  }
}

void SqliteConnection::turn_to_wal() {
  // Of two processes that do it at one time, SQLite refuses one without waiting.
  const auto deadline = std::chrono::steady_clock::now() + busy_timeout_;
  for (;;) {
    const int code = sqlite3_exec(handle_, "PRAGMA journal_mode = WAL", nullptr, nullptr, nullptr);
    if (code == SQLITE_OK) break;
    if ((code & 0xff) != SQLITE_BUSY || std::chrono::steady_clock::now() >= deadline) {
      fail(code, "turning to WAL");
    }
    sqlite3_sleep(5);
  }
  const auto mode = query_text("PRAGMA journal_mode", {});
  if (!mode->next() || mode->text(0) != "wal") throw StorageError("the file system has no WAL");
}

// A sync that failed may have left pages of the write-ahead log that are in the system's cache,
// marked as written, but not on the disk. SQLite's recovery takes them for good, and what is
// committed behind them would be lost with them in a power cut. So all of the log is written once
// more, over itself, and synced before the first commit.
void SqliteConnection::make_log_durable() {
  control("BEGIN IMMEDIATE");  // nobody appends meanwhile
  sqlite3_file_control(handle_, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log_);
  auto* const log = log_;
  const auto check = [&](int code) {
    if (code != SQLITE_OK)
      throw StorageError(fmt::format("write-ahead log: {}", sqlite3_errstr(code)));
  };
  if (log && log->pMethods) {
    sqlite3_int64 size = 0;
    check(log->pMethods->xFileSize(log, &size));
    std::vector<char> chunk(64 * 1024);  // SQLite writes no more than 128 kB at once
    for (sqlite3_int64 at = 0; at < size;) {
      const auto length =
          static_cast<int>(std::min(static_cast<sqlite3_int64>(chunk.size()), size - at));
      check(log->pMethods->xRead(log, chunk.data(), length, at));
      check(log->pMethods->xWrite(log, chunk.data(), length, at));
      at += length;
    }
    if (size > 0) check(log->pMethods->xSync(log, SQLITE_SYNC_NORMAL));
  }
  control("ROLLBACK");
}

// SQLite's own waits grow to 100 ms, and another process that writes without a pause leaves the
// lock for far less.
int SqliteConnection::wait_while_busy(void* self, int times) {
  auto& connection = *static_cast<SqliteConnection*>(self);
  const auto now = std::chrono::steady_clock::now();
  if (times == 0) connection.busy_since_ = now;
  if (now - connection.busy_since_ >= connection.busy_timeout_) return 0;
  sqlite3_sleep(1);
  return 1;
}

void SqliteConnection::begin() {
  transaction_good_ = true;
  may_undo_ = false;
  if (copier_) copier_->take_turn();
  // IMMEDIATE: waits for another process's write at the start, not in the middle of the batch.
  control(writer_ ? "BEGIN IMMEDIATE" : "BEGIN");
}

void SqliteConnection::commit() {
  control("COMMIT");
}

void SqliteConnection::commit_ahead() {
  sqlite::commit_ahead(log_, true);
  struct Behind {
    sqlite3_file* log;
    ~Behind() { sqlite::commit_ahead(log, false); }
  } const behind{log_};
  commit();
}

void SqliteConnection::sync() {
  const int code = sqlite::sync(log_);
  if (code != SQLITE_OK)
    throw StorageError(fmt::format("write-ahead log: {}", sqlite3_errstr(code)));
}

void SqliteConnection::rollback() noexcept {
  // Some failures have rolled back already.
  if (sqlite3_get_autocommit(handle_)) return;
  if (log_) forget_pending(log_);
  if (sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr) != SQLITE_OK) usable_ = false;
}

void SqliteConnection::begin_body(bool may_undo) {
  may_undo_ = may_undo;
  body_wrote_ = false;
}

// The savepoint is made only now: a body that refuses before it writes costs none.
void SqliteConnection::will_write() {
  if (body_wrote_) return;
  if (!writer_) throw StatementError("a body of read() writes");
  body_wrote_ = true;
  if (may_undo_) control("SAVEPOINT body");
}

void SqliteConnection::end_body() {
  if (may_undo_ && body_wrote_) control("RELEASE body");
}

void SqliteConnection::undo_body() {
  control("ROLLBACK TO body");
  control("RELEASE body");
}

void SqliteConnection::fail(int code, const std::string& doing) {
  // A constraint may be declared to roll all back.
  if (!is_statement_fault(code) || sqlite3_get_autocommit(handle_)) transaction_good_ = false;
  if (!spares_connection(code)) usable_ = false;
  throw_error(handle_, code, doing);
}

Statement& SqliteConnection::statement(std::string_view sql) {
  auto& slot = statements_[{sql.data(), sql.size()}];
  if (!slot) slot = std::make_unique<Statement>(*this, sql, true);
  invariant(slot->is_for(sql), "SQL at this address has changed: run() and query() want literals");
  return *slot;
}

void SqliteConnection::control(std::string_view sql) {
  auto* const run = statement(sql).get();
  int code = SQLITE_ROW;
  while (code == SQLITE_ROW) code = sqlite3_step(run);
  if (code == SQLITE_DONE) code = sqlite3_reset(run);
  if (code == SQLITE_OK) return;
  sqlite3_reset(run);
  try {
    fail(code, std::string(sql));
  } catch (const StatementError& error) {
    // No body is at fault for what we say ourselves: the batch cannot go on.
    transaction_good_ = false;
    throw StorageError(error.what());
  }
}

RowCount SqliteConnection::do_run(std::string_view sql, std::span<const Parameter> parameters) {
  auto& run = statement(sql);
  struct Reset {
    Statement& statement;
    ~Reset() { statement.reset(); }
  };
  run.start(parameters, false);
  const Reset reset{run};
  // sqlite3_changes() keeps the last count where a statement (of DDL, say) changes no rows.
  const auto before = sqlite3_total_changes64(handle_);
  while (run.step()) {
  }
  return RowCount(sqlite3_total_changes64(handle_) == before ? 0 : sqlite3_changes64(handle_));
}

std::unique_ptr<Rows> SqliteConnection::do_query(std::string_view sql,
                                                 std::span<const Parameter> parameters, RowLock) {
  auto& query = statement(sql);
  query.start(parameters, true);
  return std::make_unique<SqliteRows>(query);
}

std::unique_ptr<Rows> SqliteConnection::query_text(const std::string& sql,
                                                   std::span<const Parameter> parameters) {
  auto query = std::make_unique<Statement>(*this, sql, false);
  query->start(parameters, true);
  return std::make_unique<SqliteRows>(std::move(query));
}

}  // namespace cloudvno::storage::sqlite
