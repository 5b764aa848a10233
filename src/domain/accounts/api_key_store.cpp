// SQL of the table api_key.
#include "domain/accounts/api_key_store.hpp"

namespace cloudvno::accounts {
namespace {

ApiKey read_row(const storage::Rows& rows) {
  ApiKey key;
  key.sid = rows.sid<ApiKeySid>(0);
  key.account = rows.sid<AccountSid>(1);
  key.live = rows.boolean(2);
  key.scopes = api::ScopeSet::parse(rows.text(3)).value_or(api::ScopeSet());
  key.created_at = rows.time(4);
  key.revoked_at = rows.optional_time(5);
  return key;
}

}  // namespace

void insert_api_key(storage::Transaction& tx, const ApiKey& key, ByteView key_hash) {
  tx.run(
      "INSERT INTO api_key (sid, account_sid, key_hash, live, scopes, created_at) "
      "VALUES ($1, $2, $3, $4, $5, $6)",
      key.sid, key.account, key_hash, key.live, key.scopes.str(), key.created_at);
}

std::optional<ApiKey> find_api_key(storage::Transaction& tx, ByteView key_hash) {
  const auto rows = tx.query(
      "SELECT sid, account_sid, live, scopes, created_at, revoked_at FROM api_key WHERE key_hash = "
      "$1",
      key_hash);
  if (!rows->next()) return std::nullopt;
  return read_row(*rows);
}

std::vector<ApiKey> list_api_keys(storage::Transaction& tx, const AccountSid& account) {
  std::vector<ApiKey> keys;
  const auto rows = tx.query(
      "SELECT sid, account_sid, live, scopes, created_at, revoked_at FROM api_key "
      "WHERE account_sid = $1 ORDER BY sid",
      account);
  while (rows->next()) keys.push_back(read_row(*rows));
  return keys;
}

bool revoke_api_key(storage::Transaction& tx, const ApiKeySid& sid, Time now) {
  return tx.run("UPDATE api_key SET revoked_at = $2 WHERE sid = $1 AND revoked_at IS NULL", sid,
                now) == 1;
}

}  // namespace cloudvno::accounts
