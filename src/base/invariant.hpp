// What must be true if the program has no bug. Never checked on outside input; on in release.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <source_location>

namespace cloudvno {

inline void invariant(bool holds, const char* what,
                      std::source_location where = std::source_location::current()) {
  if (holds) [[likely]]
    return;
  std::fprintf(stderr, "cloudvno: broken invariant: %s (%s:%u)\n", what, where.file_name(),
               static_cast<unsigned>(where.line()));
  std::abort();
}

}  // namespace cloudvno
