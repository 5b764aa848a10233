// The keys file: wrapped data keys and the list of erased accounts, beside the archives and
// replaced with each of them. One generation of it is enough, and right: an older one could open
// what was erased since, if its root key had survived.
//
//   "CVNOKEY1"  u32 length, records (records.hpp) of root_key, account_key and erasure
//   u32 length, SHA-256 of the records sealed under the instance's key
#pragma once

#include <string>
#include <vector>

#include "domain/privacy/erase_account.hpp"
#include "platform/storage/catalogue.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::backup {

inline constexpr std::string_view keys_file_name = "keys.cvno";

// Puts it in its place whole, durable when it returns.
Result<> write_keys_file(storage::Database& database, const vault::Vault& vault,
                         const std::vector<storage::Table>& tables, const std::string& path);

struct KeysFile {
  Bytes records;
  std::vector<privacy::Erasure> erasures;
};
// Makes the vault use the root key and the instance's keys of the file, and checks the file with
// them. Errc::internal_error with a detail: not such a file, damaged, or of another root key.
Result<KeysFile> open_keys_file(const std::string& path, vault::Vault& vault);

}  // namespace cloudvno::backup
