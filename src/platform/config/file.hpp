// Small files as text.
#pragma once

#include <string>

#include "base/result.hpp"

namespace cloudvno::config {

// At most 1 MiB. The error's text says what is wrong with the file.
Result<std::string> read_file(const std::string& path);

}  // namespace cloudvno::config
