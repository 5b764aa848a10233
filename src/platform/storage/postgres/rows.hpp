// The rows of a result in PostgreSQL's binary form.
#pragma once

#include "platform/storage/database.hpp"
#include "platform/storage/postgres/link.hpp"

namespace cloudvno::storage::postgres {

class PostgresRows final : public Rows {
 public:
  explicit PostgresRows(ResultPtr result) : result_(std::move(result)) {}

  bool next() override;
  bool is_null(int column) const override;
  std::int64_t integer(int column) const override;
  bool boolean(int column) const override;
  std::string_view text(int column) const override;
  ByteView bytes(int column) const override;

 private:
  // Throws StorageError where the column is none, NULL or of another type.
  void require(int column, std::initializer_list<Oid> types, std::string_view wanted) const;
  std::string_view value(int column) const;

  ResultPtr result_;
  int row_ = -1;
};

}  // namespace cloudvno::storage::postgres
