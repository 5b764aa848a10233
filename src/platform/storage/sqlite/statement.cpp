// A prepared statement and the rows of one run of it.
#include "platform/storage/sqlite/statement.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "platform/storage/sqlite/connection.hpp"
#include "platform/storage/sqlite/error.hpp"

namespace cloudvno::storage::sqlite {
namespace {

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n;") == std::string_view::npos;
}

// "INSERT", say: enough to find the statement together with SQLite's own message.
std::string first_word(std::string_view sql) {
  sql.remove_prefix(std::min(sql.find_first_not_of(" \t\r\n"), sql.size()));
  return std::string(sql.substr(0, sql.find_first_of(" \t\r\n")));
}

std::string_view type_name(int type) {
  switch (type) {
    case SQLITE_INTEGER:
      return "an integer";
    case SQLITE_FLOAT:
      return "a real";
    case SQLITE_TEXT:
      return "a text";
    case SQLITE_BLOB:
      return "bytes";
    default:
      return "NULL";
  }
}

}  // namespace

Statement::Statement(SqliteConnection& connection, std::string_view sql, bool keep)
    : connection_(connection) {
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v3(connection.get(), sql.data(), static_cast<int>(sql.size()),
                                      keep ? SQLITE_PREPARE_PERSISTENT : 0, &statement_, &rest);
  if (code != SQLITE_OK) connection.fail(code, "preparing a statement");
  if (!statement_) throw StatementError("preparing a statement: it is empty");
  const auto left = static_cast<std::size_t>(sql.data() + sql.size() - rest);
  if (!is_blank({rest, left})) {
    sqlite3_finalize(statement_);
    throw StatementError("preparing a statement: there is more than one");
  }
  writes_ = !sqlite3_stmt_readonly(statement_);
  const int count = sqlite3_bind_parameter_count(statement_);
  for (int number = 1; number <= count; ++number) {
    const auto name = fmt::format("${}", number);
    indexes_.push_back(sqlite3_bind_parameter_index(statement_, name.c_str()));
  }
}

Statement::~Statement() {
  sqlite3_finalize(statement_);
}

bool Statement::is_for(std::string_view sql) const {
  // SQLite keeps the text without the blanks behind it.
  return sql.starts_with(sqlite3_sql(statement_));
}

void Statement::start(std::span<const Parameter> parameters, bool copy) {
  if (running_) throw StatementError("a statement is run again before its rows were read");
  if (parameters.size() != indexes_.size()) {
    throw StatementError(fmt::format("a statement of {} parameters is given {}", indexes_.size(),
                                     parameters.size()));
  }
  check_texts(parameters);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (indexes_[i] == 0) throw StatementError(fmt::format("a statement has no ${}", i + 1));
    bind(indexes_[i], parameters[i], copy);
  }
  if (writes_) connection_.will_write();
  running_ = true;
}

void Statement::bind(int index, const Parameter& parameter, bool copy) {
  const auto lifetime = copy ? SQLITE_TRANSIENT : SQLITE_STATIC;
  // SQLite takes a null pointer for NULL, and an empty view may have one.
  const auto bind_value = [&](const auto& value) {
    using T = std::decay_t<decltype(value)>;
    if constexpr (std::is_same_v<T, std::monostate>) {
      return sqlite3_bind_null(statement_, index);
    } else if constexpr (std::is_same_v<T, std::string_view>) {
      return sqlite3_bind_text64(statement_, index, value.data() ? value.data() : "", value.size(),
                                 lifetime, SQLITE_UTF8);
    } else if constexpr (std::is_same_v<T, ByteView>) {
      if (value.empty()) return sqlite3_bind_zeroblob(statement_, index, 0);
      return sqlite3_bind_blob64(statement_, index, value.data(), value.size(), lifetime);
    } else {
      return sqlite3_bind_int64(statement_, index, static_cast<sqlite3_int64>(value));
    }
  };
  const int code = std::visit(bind_value, parameter);
  if (code != SQLITE_OK) connection_.fail(code, "binding a parameter");
}

bool Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  connection_.fail(code, first_word(sqlite3_sql(statement_)));
}

void Statement::reset() noexcept {
  if (!running_) return;
  running_ = false;
  sqlite3_reset(statement_);
  // Views given as parameters die now.
  sqlite3_clear_bindings(statement_);
}

bool SqliteRows::next() {
  if (!ended_ && statement_.step()) return true;
  // A further step would start the statement again.
  ended_ = true;
  return false;
}

void SqliteRows::require(int column, int type) const {
  const int found = sqlite3_column_type(statement_.get(), column);
  if (found == type) return;
  const auto* name = sqlite3_column_name(statement_.get(), column);
  throw StorageError(fmt::format("column {} ({}) is {}, not {}", column, name ? name : "none",
                                 type_name(found), type_name(type)));
}

bool SqliteRows::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::int64_t SqliteRows::integer(int column) const {
  require(column, SQLITE_INTEGER);
  return sqlite3_column_int64(statement_.get(), column);
}

std::string_view SqliteRows::text(int column) const {
  require(column, SQLITE_TEXT);
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  if (!data) throw StorageError("no memory for a text");
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

ByteView SqliteRows::bytes(int column) const {
  require(column, SQLITE_BLOB);
  const auto* data =
      static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_.get(), column));
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

}  // namespace cloudvno::storage::sqlite
