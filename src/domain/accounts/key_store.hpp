// SQL of the tables account_key and root_key: data keys, wrapped, and what they are wrapped under.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::accounts {

// Which key of the root key file wraps. `current` is empty in a store that was never served.
struct RootKeys {
  std::optional<vault::RootKeyId> current;
  std::optional<vault::RootKeyId> retiring;
};
RootKeys read_root_keys(storage::Transaction& tx);
void insert_current_root_key(storage::Transaction& tx, const vault::RootKeyId& id, Time now);
// The current one becomes the retiring one, which ends only when nothing is wrapped under it.
void replace_root_key(storage::Transaction& tx, const vault::RootKeyId& old,
                      const vault::RootKeyId& next, Time now);
void delete_retiring_root_key(storage::Transaction& tx, const vault::RootKeyId& id);

// `owner` is an account's SID or vault::Vault::instance_owner.
struct WrappedKey {
  std::string owner;
  int version = 1;
  Bytes wrapped;
};
// Errc::service_unavailable if the key was wrapped under a root key that is not current any more:
// wrap anew. Until the transaction ends, the root key does not change.
Result<> insert_wrapped_key(storage::Transaction& tx, const WrappedKey& key, Time now);
// Of one owner, as vault::Vault::unwrap() wants them: the key of indexes first, then oldest first.
std::vector<Bytes> list_wrapped_keys(storage::Transaction& tx, std::string_view owner);
// Of any owner, those that are wrapped under that root key, at most `most`.
std::vector<WrappedKey> list_keys_under(storage::Transaction& tx, const vault::RootKeyId& root,
                                        std::int64_t most);
// False if the row is not what it was.
bool rewrap_key(storage::Transaction& tx, const WrappedKey& before, ByteView after);
void delete_wrapped_key(storage::Transaction& tx, std::string_view owner, int version);
void delete_wrapped_keys(storage::Transaction& tx, std::string_view owner);

}  // namespace cloudvno::accounts
