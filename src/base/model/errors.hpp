// Public error codes; the table itself is errors.def.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace cloudvno {

enum class Errc : std::uint8_t {
#define CLOUDVNO_ERROR(code, kind, meaning) code,
#include "base/model/errors.def"
#undef CLOUDVNO_ERROR
};

// What sort of failure it is, without the words of any protocol; domain/api maps kinds to HTTP.
enum class ErrorKind : std::uint8_t {
  bad_input,
  unauthenticated,
  forbidden,
  not_found,
  method_not_allowed,
  unsupported_media_type,
  body_too_large,
  conflict,
  refused,
  too_many,
  unavailable,
  internal,
};

struct ErrorEntry {
  Errc code;
  ErrorKind kind;
  std::string_view name;
  std::string_view meaning;
};

std::span<const ErrorEntry> error_table();
const ErrorEntry& error_entry(Errc code);

}  // namespace cloudvno
