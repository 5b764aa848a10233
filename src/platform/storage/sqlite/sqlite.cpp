// The SQLite engine, put together.
#include "platform/storage/sqlite/sqlite.hpp"

#include "platform/storage/sqlite/connection.hpp"

namespace cloudvno::storage {

Result<std::unique_ptr<Database>> open_sqlite(const SqliteOptions& options, net::Executor home) {
  const auto open = [path = options.path, busy_timeout = options.busy_timeout](bool writer) {
    return std::make_unique<sqlite::SqliteConnection>(path, writer, busy_timeout);
  };
  try {
    return std::make_unique<BatchedDatabase>(open, options.batch, std::move(home));
  } catch (const StorageError& error) {
    return fault(error.what(), Errc::service_unavailable);
  }
}

}  // namespace cloudvno::storage
