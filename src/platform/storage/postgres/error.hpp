// What PostgreSQL's error codes mean for a body, its batch and its session.
#pragma once

#include <libpq-fe.h>

#include <string>
#include <string_view>

#include "platform/storage/connection.hpp"

namespace cloudvno::storage::postgres {

enum class FaultKind {
  statement,  // the body's own; its transaction can go on from a savepoint
  conflict,   // lost against another transaction
  store,      // the server's
};

struct Fault {
  FaultKind kind = FaultKind::store;
  std::string text;  // names of tables and columns, never values
};

// By SQLSTATE, five characters (PostgreSQL 15, appendix A).
FaultKind judge(std::string_view sqlstate);

// Of a result that is an error.
Fault read_fault(const PGresult* result, std::string_view doing);

// "INSERT", say: enough to find the statement together with the server's own message.
std::string first_word(std::string_view sql);

// The first line of what libpq says of the connection.
std::string connection_error(const PGconn* connection);

[[noreturn]] void throw_fault(const Fault& fault);

}  // namespace cloudvno::storage::postgres
