// The rows of a result in PostgreSQL's binary form.
#include "platform/storage/postgres/rows.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "platform/storage/postgres/parameters.hpp"

namespace cloudvno::storage::postgres {
namespace {

std::string type_text_of(Oid type) {
  switch (type) {
    case type_bigint:
    case type_integer:
    case type_smallint:
      return "an integer";
    case type_boolean:
      return "a boolean";
    case type_text:
    case type_varchar:
    case type_name:
      return "a text";
    case type_bytea:
      return "bytes";
    default:
      return fmt::format("of type {}", type);
  }
}

}  // namespace

bool PostgresRows::next() {
  if (row_ + 1 >= PQntuples(result_.get())) return false;
  ++row_;
  return true;
}

bool PostgresRows::is_null(int column) const {
  return PQgetisnull(result_.get(), row_, column) != 0;
}

void PostgresRows::require(int column, std::initializer_list<Oid> types,
                           std::string_view wanted) const {
  const auto refuse = [&](std::string_view found) {
    const auto* name = PQfname(result_.get(), column);
    throw StorageError(
        fmt::format("column {} ({}) is {}, not {}", column, name ? name : "none", found, wanted));
  };
  if (row_ < 0 || column >= PQnfields(result_.get()) || is_null(column)) refuse("NULL");
  const auto type = PQftype(result_.get(), column);
  if (std::ranges::find(types, type) == types.end()) refuse(type_text_of(type));
}

std::string_view PostgresRows::value(int column) const {
  return {PQgetvalue(result_.get(), row_, column),
          static_cast<std::size_t>(PQgetlength(result_.get(), row_, column))};
}

std::int64_t PostgresRows::integer(int column) const {
  require(column, {type_bigint, type_integer, type_smallint}, "an integer");
  const auto data = value(column);
  // The sign of the first byte goes through all of them.
  std::uint64_t number = static_cast<signed char>(data[0]) < 0 ? ~std::uint64_t{0} : 0;
  for (const char byte : data) number = number << 8 | static_cast<unsigned char>(byte);
  return static_cast<std::int64_t>(number);
}

bool PostgresRows::boolean(int column) const {
  require(column, {type_boolean}, "a boolean");
  return value(column)[0] != 0;
}

std::string_view PostgresRows::text(int column) const {
  require(column, {type_text, type_varchar, type_name}, "a text");
  return value(column);
}

ByteView PostgresRows::bytes(int column) const {
  require(column, {type_bytea}, "bytes");
  const auto data = value(column);
  return {reinterpret_cast<const std::uint8_t*>(data.data()), data.size()};
}

}  // namespace cloudvno::storage::postgres
