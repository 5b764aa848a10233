// The SQLite engine: one file, one writer with group commit, several readers (WAL).
#pragma once

#include <memory>
#include <string>

#include "platform/storage/batched_database.hpp"

namespace cloudvno::storage {

struct SqliteOptions {
  std::string path;  // made with mode 0600 if it is not there; its folder must be
  BatchOptions batch;
  // How long a write waits for another process (a command beside the server) to end its own.
  std::chrono::milliseconds busy_timeout{5000};
};

// Durable at every answer: WAL with synchronous=FULL. `home` as in BatchedDatabase. The error's
// detail says what is wrong with the file.
Result<std::unique_ptr<Database>> open_sqlite(const SqliteOptions& options, net::Executor home);

}  // namespace cloudvno::storage
