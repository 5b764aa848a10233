// Rows as bytes, independent of the engine: what an archive and a keys file hold.
//
//   record = "T" text name, u16 count, count × (text name, u8 type)   a table, before its rows
//          | "R" one value a column: 0 | 1 i64 | 2 text | 3 bytes | 4 u8
//          | "E" u64 rows                                             the end of the table
//   text   = u32 length, bytes; numbers are big-endian
//
// Types of columns: 1 BIGINT, 2 TEXT, 3 BYTEA, 4 BOOLEAN, as their values.
#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "platform/storage/catalogue.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::backup {

enum class ColumnType : std::uint8_t { integer = 1, text = 2, bytes = 3, boolean = 4 };
// TEXT, BIGINT, BYTEA or BOOLEAN.
ColumnType column_type(std::string_view sql_type);

struct ColumnHeader {
  std::string name;
  ColumnType type = ColumnType::text;
  bool operator==(const ColumnHeader&) const = default;
};
struct TableHeader {
  std::string name;
  std::vector<ColumnHeader> columns;
};
using Value = std::variant<std::monostate, std::int64_t, std::string, Bytes, bool>;
using Row = std::vector<Value>;
storage::Parameter to_parameter(const Value& value);
Value read_value(const storage::Rows& rows, int column, ColumnType type);

class RecordWriter {
 public:
  void begin_table(const TableHeader& table);
  void add_row(const Row& row);
  void end_table();

  const Bytes& bytes() const { return bytes_; }
  void clear() { bytes_.clear(); }

 private:
  Bytes bytes_;
  std::uint64_t rows_ = 0;
};

struct TableEnd {
  std::uint64_t rows = 0;
};
using Record = std::variant<TableHeader, Row, TableEnd>;

// Takes the bytes in pieces and answers whole records. Of foreign bytes it keeps at most one record
// of `most_record_bytes`; anything else than the grammar is an error, and final.
class RecordReader {
 public:
  static constexpr std::size_t most_record_bytes = 16 * 1024 * 1024;

  Result<> read(ByteView bytes, const std::function<Result<>(Record)>& take);
  // Whether all that was begun has ended.
  bool at_end() const { return rest_.empty() && !in_table_; }

 private:
  Bytes rest_;
  bool in_table_ = false;
  std::vector<ColumnHeader> columns_;
  std::uint64_t rows_ = 0;
};

}  // namespace cloudvno::backup
