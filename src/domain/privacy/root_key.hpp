// Turning the root key: everything is wrapped under a new one, and the old one is destroyed.
//
//   a second key in the file → it is current in the store, the old one retiring → data keys wrapped
//   again, in steps → the old key out of the file → out of the store
//
// Each step is durable before the next begins and may be done twice; a process that dies in between
// leaves the rest to the next settle_root_key(). Others read the file anew when they meet a key
// that they do not know.
#pragma once

#include "base/result.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::privacy {

// At the start: makes the vault use the key that is current in the store (in a new store, the
// first of the file), and the instance keys that the store keeps; finishes a turn that was
// interrupted. Errc::internal_error with a detail if the file is not this store's.
Result<> settle_root_key(storage::Database& database, vault::Vault& vault, Time now);

// Turns it, to a key that prepare_root_key() put into the file, if there is one, else to a new one.
Result<> turn_root_key(storage::Database& database, vault::Vault& vault, Time now);

// Puts the next key into the file without using it, so that the file can be copied to the other
// machines that share the store. Errc::wrong_state if there is one already.
Result<> prepare_root_key(storage::Database& database, vault::Vault& vault);

}  // namespace cloudvno::privacy
