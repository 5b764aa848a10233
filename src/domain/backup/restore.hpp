// Filling an empty store: from an archive, or from another store.
#pragma once

#include "domain/backup/backup.hpp"

namespace cloudvno::backup {

// `database`: opened, not migrated, without accounts. The vault has the root key file of today.
// Errc::wrong_state if the store holds accounts. What is interrupted is begun again by the next
// call; until then refuse_half_restored() says so to everybody.
Result<Contents> restore_backup(storage::Database& database, vault::Vault& vault,
                                std::span<const embedded::File> migrations,
                                const std::string& archive, const std::string& keys, Time now);

// Every row of a store that nobody serves from into an empty one, keys and all.
Result<Contents> move_store(storage::Database& from, storage::Database& to,
                            std::span<const embedded::File> migrations, Time now);

// Errc::wrong_state while a restore into this store has not ended.
Result<> refuse_half_restored(storage::Database& database);

}  // namespace cloudvno::backup
