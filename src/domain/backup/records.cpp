// The format of rows.
#include "domain/backup/records.hpp"

#include <bit>
#include <optional>

#include "base/invariant.hpp"

namespace cloudvno::backup {
namespace {

template <class T>
void append_number(Bytes& out, T number) {
  for (int shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8) {
    out.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(number) >> shift));
  }
}

void append_text(Bytes& out, ByteView text) {
  append_number(out, static_cast<std::uint32_t>(text.size()));
  out.insert(out.end(), text.begin(), text.end());
}

// Reads from the front; once something is missing or wrong, all that follows is nothing.
class Cursor {
 public:
  explicit Cursor(ByteView bytes) : bytes_(bytes) {}

  template <class T>
  T number() {
    std::uint64_t value = 0;
    for (const auto byte : take(sizeof(T))) value = value << 8 | byte;
    return static_cast<T>(value);
  }
  ByteView text() { return take(number<std::uint32_t>()); }
  void refuse() { wrong_ = true; }

  bool short_of_bytes() const { return short_; }
  bool wrong() const { return wrong_; }
  std::size_t read() const { return at_; }

 private:
  ByteView take(std::size_t size) {
    if (short_ || wrong_ || bytes_.size() - at_ < size) {
      short_ = true;
      return {};
    }
    at_ += size;
    return bytes_.subspan(at_ - size, size);
  }

  ByteView bytes_;
  std::size_t at_ = 0;
  bool short_ = false;
  bool wrong_ = false;
};

Value read_value(Cursor& in, ColumnType type) {
  const auto tag = in.number<std::uint8_t>();
  if (tag == 0 || in.short_of_bytes()) return std::monostate();
  if (tag != static_cast<std::uint8_t>(type)) {
    in.refuse();
    return std::monostate();
  }
  switch (type) {
    case ColumnType::integer:
      return in.number<std::int64_t>();
    case ColumnType::text:
      return std::string(as_text(in.text()));
    case ColumnType::bytes: {
      const auto bytes = in.text();
      return Bytes(bytes.begin(), bytes.end());
    }
    case ColumnType::boolean: {
      const auto truth = in.number<std::uint8_t>();
      if (truth > 1) in.refuse();
      return truth == 1;
    }
  }
  return std::monostate();
}

TableHeader read_table(Cursor& in) {
  TableHeader table;
  table.name = as_text(in.text());
  const auto count = in.number<std::uint16_t>();
  if (count == 0 && !in.short_of_bytes()) in.refuse();
  for (int i = 0; i < count && !in.short_of_bytes() && !in.wrong(); ++i) {
    ColumnHeader column;
    column.name = as_text(in.text());
    const auto type = in.number<std::uint8_t>();
    if (!in.short_of_bytes() && (type < 1 || type > 4)) in.refuse();
    column.type = static_cast<ColumnType>(type);
    table.columns.push_back(std::move(column));
  }
  return table;
}

}  // namespace

ColumnType column_type(std::string_view sql_type) {
  if (sql_type == "BIGINT") return ColumnType::integer;
  if (sql_type == "BYTEA") return ColumnType::bytes;
  if (sql_type == "BOOLEAN") return ColumnType::boolean;
  invariant(sql_type == "TEXT", "the catalogue knows four types");
  return ColumnType::text;
}

storage::Parameter to_parameter(const Value& value) {
  return std::visit(
      [](const auto& held) -> storage::Parameter {
        if constexpr (std::same_as<std::decay_t<decltype(held)>, std::monostate>) {
          return std::monostate();
        } else {
          return storage::to_parameter(held);
        }
      },
      value);
}

Value read_value(const storage::Rows& rows, int column, ColumnType type) {
  if (rows.is_null(column)) return std::monostate();
  switch (type) {
    case ColumnType::integer:
      return rows.integer(column);
    case ColumnType::text:
      return std::string(rows.text(column));
    case ColumnType::bytes:
      return rows.copy_bytes(column);
    case ColumnType::boolean:
      return rows.boolean(column);
  }
  return std::monostate();
}

void RecordWriter::begin_table(const TableHeader& table) {
  bytes_.push_back('T');
  append_text(bytes_, as_bytes(table.name));
  append_number(bytes_, static_cast<std::uint16_t>(table.columns.size()));
  for (const auto& column : table.columns) {
    append_text(bytes_, as_bytes(column.name));
    bytes_.push_back(static_cast<std::uint8_t>(column.type));
  }
  rows_ = 0;
}

void RecordWriter::add_row(const Row& row) {
  bytes_.push_back('R');
  for (const auto& value : row) {
    bytes_.push_back(static_cast<std::uint8_t>(value.index()));
    if (const auto* number = std::get_if<std::int64_t>(&value)) append_number(bytes_, *number);
    if (const auto* text = std::get_if<std::string>(&value)) append_text(bytes_, as_bytes(*text));
    if (const auto* bytes = std::get_if<Bytes>(&value)) append_text(bytes_, *bytes);
    if (const auto* truth = std::get_if<bool>(&value)) bytes_.push_back(*truth ? 1 : 0);
  }
  ++rows_;
}

void RecordWriter::end_table() {
  bytes_.push_back('E');
  append_number(bytes_, rows_);
}

Result<> RecordReader::read(ByteView bytes, const std::function<Result<>(Record)>& take) {
  const auto wrong = [] { return fault("a record is not what this program writes"); };
  rest_.insert(rest_.end(), bytes.begin(), bytes.end());
  std::size_t done = 0;
  while (done < rest_.size()) {
    Cursor in(ByteView(rest_).subspan(done));
    const auto kind = in.number<std::uint8_t>();
    std::optional<Record> record;
    if (kind == 'T' && !in_table_) {
      record = read_table(in);
    } else if (kind == 'R' && in_table_) {
      Row row;
      row.reserve(columns_.size());
      for (const auto& column : columns_) row.push_back(read_value(in, column.type));
      record = std::move(row);
    } else if (kind == 'E' && in_table_) {
      record = TableEnd{in.number<std::uint64_t>()};
    } else {
      return wrong();
    }
    if (in.wrong()) return wrong();
    if (in.short_of_bytes()) break;
    done += in.read();
    if (const auto* table = std::get_if<TableHeader>(&*record)) {
      in_table_ = true;
      columns_ = table->columns;
      rows_ = 0;
    } else if (const auto* end = std::get_if<TableEnd>(&*record)) {
      in_table_ = false;
      if (end->rows != rows_) return wrong();
    } else {
      ++rows_;
    }
    TRY(take(std::move(*record)));
  }
  rest_.erase(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(done));
  if (rest_.size() > most_record_bytes) return wrong();
  return {};
}

}  // namespace cloudvno::backup
