// A connection to an SQLite file.
#pragma once

#include <sqlite3.h>

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>

#include "platform/storage/connection.hpp"
#include "platform/storage/sqlite/log_copier.hpp"
#include "platform/storage/sqlite/statement.hpp"

namespace cloudvno::storage::sqlite {

// Opened on one thread, then used on one thread.
class SqliteConnection final : public Connection, private Transaction {
 public:
  // Throws StorageError. The writer makes the file (mode 0600) and turns it to WAL.
  SqliteConnection(const std::string& path, bool writer, std::chrono::milliseconds busy_timeout,
                   CopyingStopped stopped);
  ~SqliteConnection() override;
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  Transaction& transaction() override { return *this; }
  void begin() override;
  void commit() override;
  bool can_commit_ahead() const override { return log_ != nullptr; }
  void commit_ahead() override;
  void sync() override;
  void rollback() noexcept override;
  void begin_body(bool may_undo) override;
  void settle() override {}
  void end_body() override;
  void undo_body() override;
  bool body_wrote() const override { return body_wrote_; }
  bool transaction_good() const override { return transaction_good_; }
  bool usable() const override { return usable_; }

  // For statements.
  sqlite3* get() const { return handle_; }
  // A statement that is not read-only is about to run.
  void will_write();
  // Notes whether the connection and its transaction are still good, and throws.
  [[noreturn]] void fail(int code, const std::string& doing);

 private:
  std::unique_ptr<Rows> query_text(const std::string& sql,
                                   std::span<const Parameter> parameters) override;
  // A transaction that writes has the whole file for itself.
  void lock_set_up() override {}
  RowCount do_run(std::string_view sql, std::span<const Parameter> parameters) override;
  std::unique_ptr<Rows> do_query(std::string_view sql, std::span<const Parameter> parameters,
                                 RowLock lock) override;

  void open(const std::string& path);
  void set_up(std::chrono::milliseconds busy_timeout);
  void turn_to_wal();
  void make_log_durable();
  static int wait_while_busy(void* self, int times);
  Statement& statement(std::string_view sql);
  // Runs SQL of our own that answers no rows.
  void control(std::string_view sql);

  // Statements by the address of their literal.
  struct Literal {
    const char* data;
    std::size_t size;
    bool operator==(const Literal&) const = default;
  };
  struct LiteralHash {
    std::size_t operator()(const Literal& literal) const {
      return std::hash<const void*>()(literal.data) ^ literal.size;
    }
  };

  const bool writer_;
  std::chrono::milliseconds busy_timeout_{0};
  std::chrono::steady_clock::time_point busy_since_;
  sqlite3* handle_ = nullptr;
  // Of the writer:
  sqlite3_file* log_ = nullptr;
  std::unique_ptr<LogCopier> copier_;
  std::unordered_map<Literal, std::unique_ptr<Statement>, LiteralHash> statements_;
  bool transaction_good_ = true;
  bool usable_ = true;
  bool may_undo_ = false;
  bool body_wrote_ = false;
};

}  // namespace cloudvno::storage::sqlite
