// A connection to a PostgreSQL server, whatever becomes of the server meanwhile.
#pragma once

#include <memory>
#include <string>

#include "platform/storage/connection.hpp"
#include "platform/storage/postgres/session_source.hpp"

namespace cloudvno::storage::postgres {

// Used on one thread, for good: the session under it comes and goes. While there is none, begin()
// goes on with an attempt to get one, but never for long, and else fails at once, so that callers
// are answered.
//
// Statements of run() and the borders of transactions are sent ahead, so that a batch of bodies
// that only write costs one wait. Transactions are READ COMMITTED: SERIALIZABLE would abort whole
// batches for neighbours in an index. A reader's see one state of the store (REPEATABLE READ).
class PostgresConnection final : public Connection, private Transaction, private PendingCounts {
 public:
  // Has a session, or throws StorageError.
  explicit PostgresConnection(const SessionOptions& options);

  Transaction& transaction() override { return *this; }
  void begin() override;
  void commit() override;
  void rollback() noexcept override;
  void begin_body(bool may_undo) override;
  void settle() override;
  void end_body() override;
  void undo_body() override;
  // After a failed statement the server takes no other until the body is taken back.
  bool body_wrote() const override { return body_wrote_ || (session_ && session_->faulted()); }
  bool transaction_good() const override { return session_ != nullptr && !lost_to_another_; }
  bool usable() const override { return true; }

 private:
  std::unique_ptr<Rows> query_text(const std::string& sql,
                                   std::span<const Parameter> parameters) override;
  void lock_set_up() override;
  RowCount do_run(std::string_view sql, std::span<const Parameter> parameters) override;
  std::unique_ptr<Rows> do_query(std::string_view sql, std::span<const Parameter> parameters,
                                 RowLock lock) override;
  std::int64_t wait_for(std::size_t place) override;

  // Runs what uses the session; a StorageError ends the session, a Conflict the transaction.
  template <class Work>
  auto guard(Work work);
  // Opens the transaction and the body's savepoint before the first statement that needs them.
  void prepare_to_send();
  std::unique_ptr<Rows> rows_of(std::size_t place);

  const bool writer_;
  SessionSource source_;
  std::unique_ptr<Session> session_;  // none while the store is away
  std::string lost_because_;
  bool began_ = false;
  bool lost_to_another_ = false;
  bool may_undo_ = false;
  bool savepoint_ = false;
  bool body_wrote_ = false;
};

}  // namespace cloudvno::storage::postgres
