// A prepared statement and the rows of one run of it.
#pragma once

#include <sqlite3.h>

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "platform/storage/database.hpp"

namespace cloudvno::storage::sqlite {

class SqliteConnection;

// Belongs to one connection and is used on its thread.
class Statement {
 public:
  // Throws StatementError where `sql` is not one statement of valid SQL.
  Statement(SqliteConnection& connection, std::string_view sql, bool keep);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // Begins a run; throws StatementError where one is under way, or the parameters do not fit.
  // `copy`: the run goes on when the views given as parameters may be dead.
  void start(std::span<const Parameter> parameters, bool copy);
  // True: there is a row. Throws StatementError and StorageError.
  bool step();
  // Ends a run.
  void reset() noexcept;

  bool is_for(std::string_view sql) const;
  bool writes() const { return writes_; }
  sqlite3_stmt* get() const { return statement_; }

 private:
  void bind(int index, const Parameter& parameter, bool copy);

  SqliteConnection& connection_;
  sqlite3_stmt* statement_ = nullptr;
  // SQLite numbers "$2" by its first appearance, whatever its digits say: the index of each.
  std::vector<int> indexes_;
  bool writes_ = false;
  bool running_ = false;
};

// Ends the statement's run when destroyed. `owned` is a statement that dies with its rows.
class SqliteRows final : public Rows {
 public:
  explicit SqliteRows(Statement& statement) : statement_(statement) {}
  explicit SqliteRows(std::unique_ptr<Statement> owned)
      : owned_(std::move(owned)), statement_(*owned_) {}
  ~SqliteRows() override { statement_.reset(); }

  bool next() override;
  bool is_null(int column) const override;
  std::int64_t integer(int column) const override;
  bool boolean(int column) const override { return integer(column) != 0; }
  std::string_view text(int column) const override;
  ByteView bytes(int column) const override;

 private:
  void require(int column, int type) const;

  std::unique_ptr<Statement> owned_;
  Statement& statement_;
  bool ended_ = false;
};

}  // namespace cloudvno::storage::sqlite
