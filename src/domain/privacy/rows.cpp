// SQL for tables known by their catalogue alone.
#include "domain/privacy/rows.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace cloudvno::privacy {

Cell read_cell(const storage::Rows& rows, int column, const storage::Column& declared) {
  if (declared.type == "BIGINT") return rows.integer(column);
  if (declared.type == "BYTEA") return rows.copy_bytes(column);
  return std::string(rows.text(column));
}

storage::Parameter to_parameter(const Cell& cell) {
  return std::visit([](const auto& value) { return storage::to_parameter(value); }, cell);
}

std::string row_text(const Cells& cells) {
  std::string text;
  for (const auto& cell : cells) {
    if (!text.empty()) text += ':';
    if (const auto* number = std::get_if<std::int64_t>(&cell)) text += std::to_string(*number);
    if (const auto* word = std::get_if<std::string>(&cell)) text += *word;
    if (const auto* bytes = std::get_if<Bytes>(&cell)) text += to_hex(*bytes);
  }
  return text;
}

Sql& Sql::value(const storage::Parameter& value) {
  parameters_.push_back(value);
  text_ += fmt::format("${}", parameters_.size());
  return *this;
}

Sql& Sql::list(const std::vector<std::string>& names) {
  text_ += fmt::format("({})", fmt::join(names, ", "));
  return *this;
}

Sql& Sql::list(const Cells& cells) {
  text_ += '(';
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) text_ += ", ";
    value(to_parameter(cells[i]));
  }
  text_ += ')';
  return *this;
}

std::unique_ptr<storage::Rows> Sql::query(storage::Transaction& tx) const {
  return tx.query_text(text_, parameters_);
}

std::int64_t Sql::count(storage::Transaction& tx) const {
  std::int64_t rows = 0;
  for (const auto found = query(tx); found->next();) ++rows;
  return rows;
}

std::vector<Cells> list_rows(storage::Transaction& tx, const storage::Table& table,
                             std::string_view account, Walk& walk, std::int64_t most) {
  Sql sql(fmt::format("SELECT {} FROM {} WHERE {} = ", fmt::join(table.key, ", "), table.name,
                      table.account));
  sql.value(account);
  if (!walk.after.empty()) {
    sql << " AND ";
    sql.list(table.key) << " > ";
    sql.list(walk.after);
  }
  sql << fmt::format(" ORDER BY {} LIMIT ", fmt::join(table.key, ", "));
  sql.value(most);
  std::vector<Cells> keys;
  for (const auto rows = sql.query(tx); rows->next();) {
    Cells key;
    for (std::size_t i = 0; i < table.key.size(); ++i) {
      key.push_back(read_cell(*rows, static_cast<int>(i), *table.find(table.key[i])));
    }
    keys.push_back(std::move(key));
  }
  walk.done = static_cast<std::int64_t>(keys.size()) < most;
  if (!keys.empty()) walk.after = keys.back();
  return keys;
}

std::int64_t delete_rows(storage::Transaction& tx, const storage::Table& table,
                         const std::vector<Cells>& keys) {
  if (keys.empty()) return 0;
  Sql sql(fmt::format("DELETE FROM {} WHERE ", table.name));
  sql.list(table.key) << " IN (VALUES ";
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (i > 0) sql << ", ";
    sql.list(keys[i]);
  }
  sql << ") RETURNING 1";
  return sql.count(tx);
}

}  // namespace cloudvno::privacy
