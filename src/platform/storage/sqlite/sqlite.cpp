// The SQLite engine, put together.
#include "platform/storage/sqlite/sqlite.hpp"

#include <sqlite3.h>

#include "platform/storage/sqlite/connection.hpp"

namespace cloudvno::storage {
namespace {

// SQLite counts its memory under one lock of the whole process, taken at every allocation; nobody
// reads the count. To be said before its first use.
void set_up_library() {
  [[maybe_unused]] static const int said = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

}  // namespace

Result<std::unique_ptr<Database>> open_sqlite(const SqliteOptions& options, net::Executor home) {
  set_up_library();
  const auto open = [path = options.path, busy_timeout = options.busy_timeout,
                     stopped = std::make_shared<std::atomic<bool>>(false)](bool writer) {
    return std::make_unique<sqlite::SqliteConnection>(path, writer, busy_timeout, stopped);
  };
  try {
    return std::make_unique<BatchedDatabase>(open, options.batch, std::move(home));
  } catch (const StorageError& error) {
    return fault(error.what(), Errc::service_unavailable);
  }
}

}  // namespace cloudvno::storage
