// The file with the root keys: lines of 64 hex digits, readable by its owner alone.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "platform/vault/seal.hpp"

namespace cloudvno::vault {

inline constexpr std::size_t most_root_keys = 8;

// Reads the file; where it is not there and `create` is set, makes it with one key first. Of two
// processes that make it at one time, one wins and both read the same key. Errors say in `detail`
// what is wrong with the file and how to mend it, and never what is in it.
Result<std::vector<PassingKey>> read_root_keys(const std::string& path, bool create);

// Puts these keys in its place: a crash leaves the old file or the new one, whole. The old file's
// bytes are overwritten as far as the file system writes in place.
Result<> write_root_keys(const std::string& path, std::span<const PassingKey> keys);

}  // namespace cloudvno::vault
