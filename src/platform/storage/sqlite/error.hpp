// What SQLite's result codes mean for a body, its batch and its connection.
#pragma once

#include <sqlite3.h>

#include <exception>
#include <string>

#include "platform/storage/database.hpp"

namespace cloudvno::storage::sqlite {

// A statement at fault: wrong SQL, a constraint broken. The body fails with internal_error, the
// store is well. Holds names of tables and columns, never values.
class StatementError : public std::exception {
 public:
  explicit StatementError(std::string text) : text_(std::move(text)) {}
  const char* what() const noexcept override { return text_.c_str(); }

 private:
  std::string text_;
};

// True if the fault lies with the statement and leaves its transaction as it was before it.
bool is_statement_fault(int code);

// True if only the transaction is lost: the disk was full, another process held the lock for too
// long. After other failures (of reading, writing, syncing) what SQLite has in memory is not to be
// trusted.
bool spares_connection(int code);

// Throws StatementError or StorageError for a failed call on `connection`.
[[noreturn]] void throw_error(sqlite3* connection, int code, const std::string& doing);

}  // namespace cloudvno::storage::sqlite
