// The store as the program uses it: writers that each wait until their row is durable.
#pragma once

#include <boost/asio/io_context.hpp>

#include "platform/storage/database.hpp"
#include "store/measured.hpp"

namespace cloudvno::bench {

// So many coroutines write one row after the other for so long, each row in a transaction of its
// own (Database::transact) on a store with the tables of row.hpp. Runs `home`, the database's home
// executor, on the calling thread.
Measured measure_waiting_writers(storage::Database& database, boost::asio::io_context& home,
                                 int writers, steady_clock::duration time);

void create_tables(storage::Database& database);

}  // namespace cloudvno::bench
