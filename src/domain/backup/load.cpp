// Writing rows in large statements.
#include "domain/backup/load.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "domain/privacy/rows.hpp"

namespace cloudvno::backup {

Result<> Loader::take(Record record) {
  if (auto* row = std::get_if<Row>(&record)) {
    waiting_.push_back(std::move(*row));
    if (waiting_.size() == rows_a_transaction) return write();
    return {};
  }
  TRY(write());
  if (auto* table = std::get_if<TableHeader>(&record)) {
    const auto known = std::ranges::find(tables_, table->name, &storage::Table::name);
    if (known == tables_.end()) {
      return fault(fmt::format("the backup has a table {} that its schema does not", table->name));
    }
    for (const auto& column : table->columns) {
      const auto* declared = known->find(column.name);
      if (!declared || column_type(declared->type) != column.type) {
        return fault(fmt::format("the backup's column {}.{} does not fit its schema", table->name,
                                 column.name));
      }
    }
    table_ = std::move(*table);
    rows_[table_.name];
  }
  return {};
}

Result<> Loader::finish() {
  return write();
}

Result<> Loader::write() {
  if (waiting_.empty()) return {};
  std::vector<std::string_view> names;
  for (const auto& column : table_.columns) names.push_back(column.name);
  const auto head = fmt::format("INSERT INTO {} ({}) VALUES ", table_.name, fmt::join(names, ", "));
  const auto rows_a_statement = std::max<std::size_t>(1, values_a_statement / names.size());
  TRY(database_.transact_now([&](storage::Transaction& tx) -> Result<> {
    for (std::size_t from = 0; from < waiting_.size(); from += rows_a_statement) {
      privacy::Sql sql(head);
      const auto until = std::min(waiting_.size(), from + rows_a_statement);
      for (auto at = from; at < until; ++at) {
        sql << (at == from ? "(" : ", (");
        for (std::size_t i = 0; i < names.size(); ++i) {
          if (i > 0) sql << ", ";
          // A bare NULL, since an engine may want to know the type of a parameter.
          const auto& value = waiting_[at][i];
          if (value.index() == 0) {
            sql << "NULL";
          } else {
            sql.value(to_parameter(value));
          }
        }
        sql << ")";
      }
      sql << " RETURNING 1";
      sql.count(tx);
    }
    return {};
  }));
  rows_[table_.name] += waiting_.size();
  waiting_.clear();
  return {};
}

Result<> empty_tables(storage::Database& database, const std::vector<storage::Table>& tables) {
  for (const auto& table : tables) {
    const auto names = fmt::format("{}", fmt::join(table.key, ", "));
    while (true) {
      TRY_ASSIGN(const auto rows,
                 database.transact_now([&](storage::Transaction& tx) -> Result<std::int64_t> {
                   privacy::Sql sql(fmt::format(
                       "DELETE FROM {0} WHERE ({1}) IN (SELECT {1} FROM {0} LIMIT 5000) "
                       "RETURNING 1",
                       table.name, names));
                   return sql.count(tx);
                 }));
      if (rows == 0) break;
    }
  }
  return {};
}

}  // namespace cloudvno::backup
