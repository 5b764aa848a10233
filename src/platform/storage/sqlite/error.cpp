// What SQLite's result codes mean (https://www.sqlite.org/rescode.html).
#include "platform/storage/sqlite/error.hpp"

#include <fmt/format.h>

namespace cloudvno::storage::sqlite {

bool is_statement_fault(int code) {
  switch (code & 0xff) {
    case SQLITE_ERROR:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_RANGE:
    case SQLITE_TOOBIG:
    case SQLITE_MISUSE:
    case SQLITE_AUTH:
      return true;
    default:
      return false;
  }
}

bool spares_connection(int code) {
  const int primary = code & 0xff;
  return primary == SQLITE_BUSY || primary == SQLITE_LOCKED || primary == SQLITE_FULL ||
         is_statement_fault(code);
}

void throw_error(sqlite3* connection, int code, const std::string& doing) {
  const auto* text = connection ? sqlite3_errmsg(connection) : sqlite3_errstr(code);
  auto message = fmt::format("{}: {} ({})", doing, text, code);
  if (is_statement_fault(code)) throw StatementError(std::move(message));
  throw StorageError(std::move(message));
}

}  // namespace cloudvno::storage::sqlite
