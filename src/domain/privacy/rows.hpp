// Rows of any table, found by what its migration says of it (storage::Table).
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/model/sid.hpp"
#include "platform/storage/catalogue.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::privacy {

// The columns of a row's primary key, or of what its sealed values are bound to.
using Cell = std::variant<std::int64_t, std::string, Bytes>;
using Cells = std::vector<Cell>;

// A column of a query's result, as the table declares it.
Cell read_cell(const storage::Rows& rows, int column, const storage::Column& declared);
storage::Parameter to_parameter(const Cell& cell);
// As vault::Place wants a row: joined by ":", bytes as hex digits.
std::string row_text(const Cells& cells);

// SQL put together for tables: texts are ours and the catalogue's, values always parameters.
class Sql {
 public:
  explicit Sql(std::string text) : text_(std::move(text)) {}
  Sql& operator<<(std::string_view text) {
    text_ += text;
    return *this;
  }
  // "$n", which stands for the value; texts and bytes must live until the statement has run.
  Sql& value(const storage::Parameter& value);
  // "(a, b)" of names, and of values.
  Sql& list(const std::vector<std::string>& names);
  Sql& list(const Cells& cells);

  std::unique_ptr<storage::Rows> query(storage::Transaction& tx) const;
  // Runs a statement that ends with RETURNING, and answers how many rows it names.
  std::int64_t count(storage::Transaction& tx) const;

 private:
  std::string text_;
  std::vector<storage::Parameter> parameters_;
};

// How far the rows of an account were listed, in the order of their keys.
struct Walk {
  Cells after;  // the key of the last row; empty at first
  bool done = false;
};
// The keys of the next rows, whatever their age, at most `most`.
std::vector<Cells> list_rows(storage::Transaction& tx, const storage::Table& table,
                             std::string_view account, Walk& walk, std::int64_t most);
std::int64_t delete_rows(storage::Transaction& tx, const storage::Table& table,
                         const std::vector<Cells>& keys);

}  // namespace cloudvno::privacy
