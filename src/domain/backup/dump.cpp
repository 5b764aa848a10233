// Reading every table in the order of its key.
#include "domain/backup/dump.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "domain/privacy/rows.hpp"

namespace cloudvno::backup {
namespace {

constexpr std::int64_t rows_a_page = 1'000;  // what an engine may hold in memory at once
constexpr std::size_t bytes_a_piece = 256 * 1024;

}  // namespace

bool is_taken_along(const storage::Table& table) {
  return table.name != "node" && table.name != "duty" && table.name != "restore";
}

bool is_of_keys(const storage::Table& table) {
  return table.name == "account_key" || table.name == "root_key" || table.name == "erasure";
}

TableHeader header_of(const storage::Table& table) {
  TableHeader header{table.name, {}};
  for (const auto& column : table.columns) {
    header.columns.push_back({column.name, column_type(column.type)});
  }
  return header;
}

Result<> dump_table(storage::Transaction& tx, const storage::Table& table, RecordWriter& writer,
                    const std::function<Result<>(RecordWriter&)>& take) {
  const auto header = header_of(table);
  std::vector<std::string_view> names;
  for (const auto& column : header.columns) names.push_back(column.name);
  writer.begin_table(header);
  privacy::Cells after;
  for (std::int64_t read = rows_a_page; read == rows_a_page;) {
    privacy::Sql sql(fmt::format("SELECT {}, {} FROM {}", fmt::join(names, ", "),
                                 fmt::join(table.key, ", "), table.name));
    if (!after.empty()) {
      sql << " WHERE ";
      sql.list(table.key) << " > ";
      sql.list(after);
    }
    sql << fmt::format(" ORDER BY {} LIMIT ", fmt::join(table.key, ", "));
    sql.value(rows_a_page);
    read = 0;
    privacy::Cells key;
    for (const auto rows = sql.query(tx); rows->next(); ++read) {
      Row row;
      int at = 0;
      for (const auto& column : header.columns) row.push_back(read_value(*rows, at++, column.type));
      key.clear();
      for (const auto& name : table.key) {
        key.push_back(privacy::read_cell(*rows, at++, *table.find(name)));
      }
      writer.add_row(row);
      if (writer.bytes().size() >= bytes_a_piece) TRY(take(writer));
    }
    after = std::move(key);
  }
  writer.end_table();
  return take(writer);
}

}  // namespace cloudvno::backup
