// Writers that each wait until their row is durable.
#include "store/waiting_writers.hpp"

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <stdexcept>

#include "store/row.hpp"

namespace cloudvno::bench {
namespace {

net::Task<> write(storage::Database& database, RowSource& source, Measured& measured,
                  steady_clock::time_point until) {
  for (auto asked = steady_clock::now(); asked < until;) {
    const auto row = source.next();
    const auto done = co_await database.transact([&](storage::Transaction& tx) -> Result<> {
      tx.run(insert_message, row.sid, row.account_sid, row.status, row.body, row.created_at);
      tx.run(insert_queue, row.sid, row.carrier, row.expires_at);
      return {};
    });
    if (!done) throw std::runtime_error(done.error().detail);
    const auto now = steady_clock::now();
    measured.waits.push_back(now - asked);
    ++measured.rows;
    asked = now;
  }
}

}  // namespace

Measured measure_waiting_writers(storage::Database& database, boost::asio::io_context& home,
                                 int writers, steady_clock::duration time) {
  RowSource source;
  Measured measured;
  std::exception_ptr failure;
  const auto start = steady_clock::now();
  for (int i = 0; i < writers; ++i) {
    boost::asio::co_spawn(home, write(database, source, measured, start + time),
                          [&](const std::exception_ptr& error) {
                            if (error) failure = error;
                          });
  }
  home.restart();
  home.run();
  if (failure) std::rethrow_exception(failure);
  measured.time = steady_clock::now() - start;
  return measured;
}

void create_tables(storage::Database& database) {
  const auto done = database.transact_now([&](storage::Transaction& tx) -> Result<> {
    tx.run(create_message);
    tx.run(create_queue);
    return {};
  });
  if (!done) throw std::runtime_error(done.error().detail);
}

}  // namespace cloudvno::bench
