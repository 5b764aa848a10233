// Records into tables.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "domain/backup/records.hpp"

namespace cloudvno::backup {

// Takes records in their order and writes them in transactions of bounded size.
class Loader {
 public:
  // `tables`: the schema that stands in the store.
  Loader(storage::Database& database, const std::vector<storage::Table>& tables)
      : database_(database), tables_(tables) {}

  // Errc::internal_error where a record does not fit the schema.
  Result<> take(Record record);
  // Writes what waits.
  Result<> finish();
  const std::map<std::string, std::uint64_t>& rows() const { return rows_; }

 private:
  static constexpr std::size_t rows_a_transaction = 2'000;
  static constexpr std::size_t values_a_statement = 1'000;

  Result<> write();

  storage::Database& database_;
  const std::vector<storage::Table>& tables_;
  TableHeader table_;
  std::vector<Row> waiting_;
  std::map<std::string, std::uint64_t> rows_;
};

// Deletes every row of the tables: what a restore that did not end has left.
Result<> empty_tables(storage::Database& database, const std::vector<storage::Table>& tables);

}  // namespace cloudvno::backup
