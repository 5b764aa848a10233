// A connection to a PostgreSQL server, whatever becomes of the server meanwhile.
#include "platform/storage/postgres/connection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/log.hpp"
#include "platform/storage/postgres/rows.hpp"

namespace cloudvno::storage::postgres {
namespace {

// How long a batch waits for a new session. A server that is well needs a tenth of it; beyond it
// the attempt goes on, and callers hear at once that the store is away.
constexpr std::chrono::milliseconds reconnect_patience{100};

bool reads_only(std::string_view sql) {
  return std::ranges::equal(first_word(sql), std::string_view("SELECT"),
                            [](unsigned char a, char b) { return std::toupper(a) == b; });
}

}  // namespace

PostgresConnection::PostgresConnection(const SessionOptions& options)
    : writer_(options.writer), source_(options), session_(source_.wait_for()) {}

template <class Work>
auto PostgresConnection::guard(Work work) {
  if (!session_) throw StorageError(lost_because_);
  try {
    return work();
  } catch (const StorageError& error) {
    session_.reset();
    lost_because_ = error.what();
    throw;
  } catch (const Conflict&) {
    lost_to_another_ = true;
    throw;
  }
}

void PostgresConnection::begin() {
  began_ = lost_to_another_ = may_undo_ = savepoint_ = body_wrote_ = false;
  if (session_ && !session_->is_alive()) session_.reset();
  if (!session_) {
    session_ = source_.get(reconnect_patience);
    log::info("storage.connected", {{"writer", writer_}});
  }
  guard([&] { session_->settle(); });  // a reader's last COMMIT
  session_->forget_counts();
}

void PostgresConnection::commit() {
  if (!began_) return;
  guard([&] {
    if (session_->faulted()) throw StatementError("a body went on after a statement at fault");
    session_->send_gathered();
    // If a statement before it fails, the server passes over it.
    session_->send_control("COMMIT");
    session_->sync();
    if (writer_) {
      session_->settle();
    } else {
      session_->send_ahead();
    }
  });
  began_ = false;
}

void PostgresConnection::rollback() noexcept {
  if (!began_ || !session_) return;
  began_ = false;
  try {
    guard([&] {
      session_->drop_gathered();
      session_->sync();  // ends what a failed statement makes the server pass over
      session_->send_control("ROLLBACK");
      session_->sync();
      session_->settle_whatever();
      session_->clear_fault();
    });
  } catch (const std::exception& error) {
    session_.reset();
    lost_because_ = error.what();
  }
}

void PostgresConnection::begin_body(bool may_undo) {
  may_undo_ = may_undo;
  savepoint_ = false;
  body_wrote_ = false;
  // A body that may have to be taken back must be known by its own statements' ends.
  if (session_) session_->may_gather(writer_ && !may_undo);
}

void PostgresConnection::settle() {
  guard([&] {
    session_->settle();
    if (session_->faulted()) throw StatementError("a body went on after a statement at fault");
  });
}

void PostgresConnection::end_body() {
  if (savepoint_) guard([&] { session_->send_control("RELEASE SAVEPOINT body"); });
}

void PostgresConnection::undo_body() {
  guard([&] {
    session_->settle_whatever();
    session_->send_control("ROLLBACK TO SAVEPOINT body");
    session_->send_control("RELEASE SAVEPOINT body");
    session_->clear_fault();
  });
}

void PostgresConnection::prepare_to_send() {
  if (!began_) {
    session_->send_control(writer_ ? "BEGIN"
                                   : "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
    began_ = true;
  }
  if (may_undo_ && !savepoint_) {
    session_->send_control("SAVEPOINT body");
    savepoint_ = true;
  }
}

RowCount PostgresConnection::do_run(std::string_view sql, std::span<const Parameter> parameters) {
  return guard([&]() -> RowCount {
    if (!writer_ && !reads_only(sql)) throw StatementError("a body of read() writes");
    prepare_to_send();
    const auto place = session_->send(sql, RowLock::none, parameters);
    body_wrote_ = body_wrote_ || !reads_only(sql);
    return {*this, place};
  });
}

std::int64_t PostgresConnection::wait_for(std::size_t place) {
  return guard([&] { return session_->wait_for_count(place); });
}

std::unique_ptr<Rows> PostgresConnection::rows_of(std::size_t place) {
  auto rows = session_->wait_for_rows(place);
  // A reader's session refuses what writes.
  const std::string_view tag = PQcmdStatus(rows.get());
  if (!tag.starts_with("SELECT")) body_wrote_ = true;
  return std::make_unique<PostgresRows>(std::move(rows));
}

std::unique_ptr<Rows> PostgresConnection::do_query(std::string_view sql,
                                                   std::span<const Parameter> parameters,
                                                   RowLock lock) {
  return guard([&] {
    prepare_to_send();
    return rows_of(session_->send(sql, lock, parameters));
  });
}

std::unique_ptr<Rows> PostgresConnection::query_text(const std::string& sql,
                                                     std::span<const Parameter> parameters) {
  return guard([&] {
    prepare_to_send();
    return rows_of(session_->send_text(sql, parameters));
  });
}

void PostgresConnection::lock_set_up() {
  guard([&] {
    prepare_to_send();
    // Another process may build indexes for long.
    session_->wait_for_rows(session_->send("SET LOCAL lock_timeout = 0", RowLock::none, {}));
    // Any number will do, so long as no other program on this database takes it.
    session_->wait_for_rows(
        session_->send("SELECT pg_advisory_xact_lock(7164786543210987112)", RowLock::none, {}));
    // Who waits for a table holds up all that come after it, and they answer customers.
    session_->wait_for_rows(session_->send("SET LOCAL lock_timeout = 200", RowLock::none, {}));
  });
}

}  // namespace cloudvno::storage::postgres
