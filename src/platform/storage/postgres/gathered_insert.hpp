// Rows that wait to go into one table with one statement.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/storage/postgres/parameters.hpp"

namespace cloudvno::storage::postgres {

// INSERT INTO table (columns) VALUES ($1, $2, …), and nothing else: nobody but who asks for its
// table, or for how it ended, sees whether it ran at once.
struct PlainInsert {
  std::string_view table;
  std::vector<std::string_view> columns;
};
// The views are into `sql`. Nothing for any other statement.
std::optional<PlainInsert> read_plain_insert(std::string_view sql);

// Whether a statement's text has the name as a word.
bool has_word(std::string_view sql, std::string_view name);

// The waiting rows of one such statement, as arrays in PostgreSQL's binary form. A statement of 64
// rows costs the server a third of 64 statements.
class GatheredInsert {
 public:
  explicit GatheredInsert(PlainInsert insert)
      : insert_(std::move(insert)), columns_(insert_.columns.size()) {}

  std::string_view table() const { return insert_.table; }
  // Whether a row of these types can join those that wait. Not one that is all NULL.
  bool fits(const std::vector<Oid>& types) const;
  void add(const EncodedParameters& row, std::size_t place);

  std::size_t bytes() const { return bytes_; }
  // The places of the waiting rows' statements.
  const std::vector<std::size_t>& places() const { return places_; }

  // One statement for all of them, with an array for each column that is not NULL in all rows.
  std::string text() const;
  // The views are of the waiting rows: valid until the next of them, or clear().
  EncodedParameters arrays();
  // The parameters of the statement as it was given, where one row waits.
  EncodedParameters only_row() const;

  void clear();

 private:
  struct Column {
    Oid type = type_unknown;  // as long as all its values are NULL
    bool has_null = false;
    std::string data;  // behind room for the head
  };

  PlainInsert insert_;
  std::vector<Column> columns_;
  std::vector<std::size_t> places_;
  std::size_t bytes_ = 0;
};

}  // namespace cloudvno::storage::postgres
