// The reference on SQLite: nothing but its C interface, and nobody who waits.
#pragma once

#include <string>

#include "store/measured.hpp"

namespace cloudvno::bench {

// One thread writes `batch` rows a transaction with two prepared statements, for so long, into a
// file that it makes. Pragmas as in platform/storage/sqlite: WAL, synchronous=FULL.
Measured measure_bare_sqlite(const std::string& path, int batch, steady_clock::duration time);

// How many of the rows are in the file, of messages that have their place in the queue.
std::size_t count_sqlite_rows(const std::string& path);

}  // namespace cloudvno::bench
