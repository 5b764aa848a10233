// The reference on SQLite.
#include "store/bare_sqlite.hpp"

#include <sqlite3.h>

#include <memory>
#include <stdexcept>

#include "store/row.hpp"

namespace cloudvno::bench {
namespace {

struct Close {
  void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Handle = std::unique_ptr<sqlite3, Close>;
using Statement = std::unique_ptr<sqlite3_stmt, Close>;

void check(sqlite3* handle, bool good) {
  if (!good) throw std::runtime_error(sqlite3_errmsg(handle));
}

Handle open(const std::string& path) {
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &handle,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  Handle opened(handle);
  check(handle, code == SQLITE_OK);
  return opened;
}

void run(sqlite3* handle, std::string_view sql) {
  const std::string text(sql);
  check(handle, sqlite3_exec(handle, text.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
}

Statement prepare(sqlite3* handle, std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  check(handle, code == SQLITE_OK);
  return Statement(statement);
}

void step(sqlite3_stmt* statement) {
  check(sqlite3_db_handle(statement), sqlite3_step(statement) == SQLITE_DONE);
  sqlite3_reset(statement);
}

void bind_text(sqlite3_stmt* statement, int index, std::string_view text) {
  sqlite3_bind_text64(statement, index, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

}  // namespace

Measured measure_bare_sqlite(const std::string& path, int batch, steady_clock::duration time) {
  const auto database = open(path);
  auto* const handle = database.get();
  for (const auto* pragma :
       {"journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "trusted_schema = OFF",
        "cell_size_check = ON", "temp_store = MEMORY", "cache_size = -16384",
        "wal_autocheckpoint = 16000", "journal_size_limit = 67108864"}) {
    run(handle, fmt::format("PRAGMA {}", pragma));
  }
  run(handle, create_message);
  run(handle, create_queue);
  const auto begin = prepare(handle, "BEGIN IMMEDIATE");
  const auto commit = prepare(handle, "COMMIT");
  const auto message = prepare(handle, insert_message);
  const auto queue = prepare(handle, insert_queue);
  RowSource source;
  Measured measured;
  const auto start = steady_clock::now();
  auto now = start;
  while (now - start < time) {
    step(begin.get());
    for (int i = 0; i < batch; ++i) {
      const auto row = source.next();
      bind_text(message.get(), 1, row.sid);
      bind_text(message.get(), 2, row.account_sid);
      bind_text(message.get(), 3, row.status);
      sqlite3_bind_blob64(message.get(), 4, row.body.data(), row.body.size(), SQLITE_STATIC);
      sqlite3_bind_int64(message.get(), 5, row.created_at);
      step(message.get());
      bind_text(queue.get(), 1, row.sid);
      bind_text(queue.get(), 2, row.carrier);
      sqlite3_bind_int64(queue.get(), 3, row.expires_at);
      step(queue.get());
    }
    step(commit.get());
    measured.waits.push_back(steady_clock::now() - now);
    measured.rows += static_cast<std::size_t>(batch);
    now = steady_clock::now();
  }
  measured.time = now - start;
  return measured;
}

std::size_t count_sqlite_rows(const std::string& path) {
  const auto database = open(path);
  const auto count = prepare(database.get(),
                             "SELECT count(*) FROM message JOIN outbound_queue "
                             "ON message_sid = sid");
  check(database.get(), sqlite3_step(count.get()) == SQLITE_ROW);
  return static_cast<std::size_t>(sqlite3_column_int64(count.get(), 0));
}

}  // namespace cloudvno::bench
