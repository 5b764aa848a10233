// What PostgreSQL's error codes mean (PostgreSQL 15, appendix A).
#include "platform/storage/postgres/error.hpp"

#include <fmt/format.h>

namespace cloudvno::storage::postgres {
namespace {

std::string_view field(const PGresult* result, int code) {
  const char* value = PQresultErrorField(result, code);
  return value ? std::string_view(value) : std::string_view();
}

std::string_view first_line(std::string_view text) {
  return text.substr(0, text.find('\n'));
}

// The server's words for these name a value at times ("invalid input syntax for type …").
bool may_hold_values(std::string_view sqlstate) {
  return sqlstate.starts_with("22");
}

}  // namespace

FaultKind judge(std::string_view sqlstate) {
  if (sqlstate == "40001" || sqlstate == "40P01" || sqlstate == "55P03") return FaultKind::conflict;
  if (sqlstate == "25P02") return FaultKind::statement;  // what comes after a fault
  for (const auto* prefix : {"0A", "20", "21", "22", "23", "26", "2B", "34", "42", "44", "54"}) {
    if (sqlstate.starts_with(prefix)) return FaultKind::statement;
  }
  return FaultKind::store;
}

Fault read_fault(const PGresult* result, std::string_view doing) {
  const auto sqlstate = field(result, PG_DIAG_SQLSTATE);
  const auto constraint = field(result, PG_DIAG_CONSTRAINT_NAME);
  const auto table = field(result, PG_DIAG_TABLE_NAME);
  const auto column = field(result, PG_DIAG_COLUMN_NAME);
  std::string text = fmt::format("{}: ", doing);
  if (!constraint.empty()) {
    text += fmt::format("constraint {} of {} failed", constraint, table);
  } else if (!column.empty() && sqlstate.starts_with("23")) {
    text += fmt::format("constraint on {}.{} failed", table, column);
  } else if (may_hold_values(sqlstate)) {
    text += "a value does not fit";
  } else {
    const auto primary = field(result, PG_DIAG_MESSAGE_PRIMARY);
    text += first_line(primary.empty() ? PQresultErrorMessage(result) : primary);
  }
  if (!sqlstate.empty()) text += fmt::format(" ({})", sqlstate);
  return {judge(sqlstate), std::move(text)};
}

std::string first_word(std::string_view sql) {
  sql.remove_prefix(std::min(sql.find_first_not_of(" \t\r\n"), sql.size()));
  return std::string(sql.substr(0, sql.find_first_of(" \t\r\n")));
}

std::string connection_error(const PGconn* connection) {
  const char* text = connection ? PQerrorMessage(connection) : nullptr;
  const auto line = first_line(text ? text : "");
  return line.empty() ? "the connection was lost" : std::string(line);
}

void throw_fault(const Fault& fault) {
  switch (fault.kind) {
    case FaultKind::statement:
      throw StatementError(fault.text);
    case FaultKind::conflict:
      throw Conflict(fault.text);
    case FaultKind::store:
      break;
  }
  throw StorageError(fault.text);
}

}  // namespace cloudvno::storage::postgres
