// The table of public error codes.
#include "base/model/errors.hpp"

#include <array>

namespace cloudvno {
namespace {

constexpr std::array table{
#define CLOUDVNO_ERROR(code, kind, meaning) ErrorEntry{Errc::code, ErrorKind::kind, #code, meaning},
#include "base/model/errors.def"
#undef CLOUDVNO_ERROR
};

}  // namespace

std::span<const ErrorEntry> error_table() {
  return table;
}

const ErrorEntry& error_entry(Errc code) {
  return table[static_cast<std::size_t>(code)];
}

}  // namespace cloudvno
