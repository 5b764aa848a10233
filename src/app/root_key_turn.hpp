// Turning the root key of a store that is used, and what it brings to an end.
#pragma once

#include "app/settings.hpp"
#include "base/result.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::app {

// Turns it, notes it for accounts erased before, and replaces the keys file in backup.folder; false
// where that is not set, so that the keys file of the newest backup is void now. Errc::wrong_state
// where processes on other machines would be shut out.
Result<bool> turn_root_key(const Settings& settings, storage::Database& database,
                           vault::Vault& vault, Time now);

// At a start: turns it where the erasure of an account ended before it did. What fails goes to the
// log, and is tried again at the next start.
void finish_erasures(const Settings& settings, storage::Database& database, vault::Vault& vault,
                     Time now);

}  // namespace cloudvno::app
