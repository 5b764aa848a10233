// Parameters in PostgreSQL's binary form.
#pragma once

#include <libpq-fe.h>

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "platform/storage/database.hpp"

namespace cloudvno::storage::postgres {

// Numbers of types (pg_type.dat): all that the store's columns have, and what functions answer.
inline constexpr Oid type_boolean = 16;
inline constexpr Oid type_bytea = 17;
inline constexpr Oid type_name = 19;
inline constexpr Oid type_bigint = 20;
inline constexpr Oid type_smallint = 21;
inline constexpr Oid type_integer = 23;
inline constexpr Oid type_text = 25;
inline constexpr Oid type_varchar = 1043;
inline constexpr Oid type_unknown = 0;

// The type of a parameter; unknown for NULL, which fits any.
Oid type_of(const Parameter& parameter);

// What libpq's functions want. Lives no longer than what its parameters are views of.
class EncodedParameters {
 public:
  void encode(std::span<const Parameter> parameters);
  // One more in binary form; nullptr for NULL.
  void add(Oid type, const char* value, std::size_t length);

  int count() const { return static_cast<int>(values_.size()); }
  const char* const* values() const { return values_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }
  const std::vector<Oid>& types() const { return types_; }

 private:
  void clear();

  std::vector<const char*> values_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
  std::vector<Oid> types_;
  std::vector<std::array<char, 8>> numbers_;
};

}  // namespace cloudvno::storage::postgres
