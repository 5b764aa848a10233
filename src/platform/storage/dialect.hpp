// What SQLite lacks of the common SQL, and what it is in PostgreSQL's.
#pragma once

#include <string_view>

namespace cloudvno::storage {

// What a query does to the rows that it finds. An SQLite store has one writer at a time, of all
// processes, so that its transactions lock everything from their beginning.
enum class RowLock {
  none,
  wait,       // other transactions wait before they change them; this one waits for others
  pass_over,  // as wait, but rows that others have locked are not found
};

// What stands behind the query in PostgreSQL.
constexpr std::string_view lock_clause(RowLock lock) {
  switch (lock) {
    case RowLock::none:
      return "";
    case RowLock::wait:
      return " FOR UPDATE";
    case RowLock::pass_over:
      return " FOR UPDATE SKIP LOCKED";
  }
  return "";
}

}  // namespace cloudvno::storage
