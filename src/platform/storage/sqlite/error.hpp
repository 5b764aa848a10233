// What SQLite's result codes mean for a body, its batch and its connection.
#pragma once

#include <sqlite3.h>

#include <string>

#include "platform/storage/connection.hpp"

namespace cloudvno::storage::sqlite {

// True if the fault lies with the statement and leaves its transaction as it was before it.
bool is_statement_fault(int code);

// True if only the transaction is lost: the disk was full, another process held the lock for too
// long. After other failures (of reading, writing, syncing) what SQLite has in memory is not to be
// trusted.
bool spares_connection(int code);

// Throws StatementError or StorageError for a failed call on `connection`.
[[noreturn]] void throw_error(sqlite3* connection, int code, const std::string& doing);

}  // namespace cloudvno::storage::sqlite
