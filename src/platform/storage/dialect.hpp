// What SQLite lacks of the common SQL, and what it is in PostgreSQL's.
#pragma once

#include <string_view>

#include "base/result.hpp"

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

// Whether a statement waited too long for what another transaction holds: in PostgreSQL
// lock_not_available. An SQLite transaction has all it needs from its beginning.
inline bool is_lock_timeout(const Error& error) {
  return error.detail.contains("(55P03)");
}

}  // namespace cloudvno::storage
