// Making a backup while the platform serves, and reading it again.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/embedded.hpp"
#include "domain/backup/records.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::backup {

struct Contents {
  std::string id;  // of the archive
  Time made_at;
  int schema = 0;                             // number of the last migration
  std::map<std::string, std::uint64_t> rows;  // of each table
};

struct Backup {
  std::string archive;  // path of the file
  std::string keys;     // path of the keys file
  Contents contents;
};

// Writes `folder`/cloudvno-20261124T051500250Z.cvno, of one moment of the store, and replaces the
// keys file beside it. The archive has its name only once it was read again, whole. The folder is
// made (0700) where it is not there; what an interrupted backup left in it is removed.
Result<Backup> make_backup(storage::Database& database, const vault::Vault& vault,
                           std::span<const embedded::File> migrations, const std::string& folder,
                           Time now);

// Reads an archive from end to end: every chunk opens, every record fits the schema it names.
Result<Contents> verify_backup(const vault::Vault& vault,
                               std::span<const embedded::File> migrations,
                               const std::string& archive);

// The migrations up to that number: the schema of an older backup. Empty where there are fewer.
std::vector<embedded::File> schema_of(std::span<const embedded::File> migrations, int schema);

// Hands an archive's records on, checked against the schema that it names.
Result<Contents> read_archive(const vault::Vault& vault, std::span<const embedded::File> migrations,
                              const std::string& archive,
                              const std::function<Result<>(Record)>& take);

// The first table of an archive: rows of schema_migration, which say what the others fit.
inline constexpr std::string_view schema_table = "schema_migration";

}  // namespace cloudvno::backup
