// The file with the root key: 64 hex digits and a newline, readable by its owner alone.
#pragma once

#include <string>

#include "base/result.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::vault {

// Reads the file; where it is not there and `create` is set, makes it first. Of two processes that
// make it at one time, one wins and both read the same key. Errors say in `detail` what is wrong
// with the file and how to mend it, and never what is in it.
Result<Key> read_root_key(const std::string& path, bool create);

}  // namespace cloudvno::vault
