// SQL of the table api_key. A key's text is never stored, only its SHA-256.
#pragma once

#include <optional>
#include <vector>

#include "base/model/sid.hpp"
#include "domain/api/caller.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::accounts {

struct ApiKey {
  ApiKeySid sid;
  AccountSid account;
  bool live = false;
  api::ScopeSet scopes;
  Time created_at;
  std::optional<Time> revoked_at;
};

void insert_api_key(storage::Transaction& tx, const ApiKey& key, ByteView key_hash);
std::optional<ApiKey> find_api_key(storage::Transaction& tx, ByteView key_hash);
std::vector<ApiKey> list_api_keys(storage::Transaction& tx, const AccountSid& account);
// False if there is no such key or it was revoked before.
bool revoke_api_key(storage::Transaction& tx, const ApiKeySid& sid, Time now);

}  // namespace cloudvno::accounts
