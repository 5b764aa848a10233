// The reference on PostgreSQL: nothing but libpq, and nobody who waits.
#pragma once

#include <string>

#include "store/measured.hpp"

namespace cloudvno::bench {

// One thread writes `batch` rows a statement for so long, over one connection: one prepared
// statement that takes a column of many rows as one array (unnest) and writes both tables, so one
// message there and one back a batch, and a transaction by itself. Nothing writes many rows faster
// over one connection but COPY, which writes one table.
Measured measure_bare_postgres(const std::string& url, int batch, steady_clock::duration time);

}  // namespace cloudvno::bench
