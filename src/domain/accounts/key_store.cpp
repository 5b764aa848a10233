// SQL of the tables account_key and root_key.
#include "domain/accounts/key_store.hpp"

#include <algorithm>

namespace cloudvno::accounts {
namespace {

std::optional<vault::RootKeyId> id_from(std::string_view hex) {
  const auto bytes = from_hex(hex);
  vault::RootKeyId id;
  if (!bytes || bytes->size() != id.size()) return std::nullopt;
  std::ranges::copy(*bytes, id.begin());
  return id;
}

}  // namespace

RootKeys read_root_keys(storage::Transaction& tx) {
  RootKeys keys;
  const auto rows = tx.query("SELECT id, state FROM root_key");
  while (rows->next()) {
    (rows->text(1) == "current" ? keys.current : keys.retiring) = id_from(rows->text(0));
  }
  return keys;
}

void insert_current_root_key(storage::Transaction& tx, const vault::RootKeyId& id, Time now) {
  tx.run("INSERT INTO root_key (id, state, since) VALUES ($1, 'current', $2)", to_hex(id), now);
}

void replace_root_key(storage::Transaction& tx, const vault::RootKeyId& old,
                      const vault::RootKeyId& next, Time now) {
  tx.run("UPDATE root_key SET state = 'retiring', since = $2 WHERE id = $1", to_hex(old), now);
  insert_current_root_key(tx, next, now);
}

void delete_retiring_root_key(storage::Transaction& tx, const vault::RootKeyId& id) {
  tx.run("DELETE FROM root_key WHERE id = $1 AND state = 'retiring'", to_hex(id));
}

Result<> insert_wrapped_key(storage::Transaction& tx, const WrappedKey& key, Time now) {
  // Changes nothing, but holds the row: who turns the root key waits until we have committed.
  const auto held =
      tx.run("UPDATE root_key SET state = 'current' WHERE id = $1 AND state = 'current'",
             to_hex(vault::Vault::root_key_of(key.wrapped)));
  if (held == 0) {
    return fault("the root key was turned meanwhile; try again", Errc::service_unavailable);
  }
  tx.run(
      "INSERT INTO account_key (account_sid, version, wrapped, created_at) VALUES ($1, $2, $3, $4)",
      key.owner, key.version, key.wrapped, now);
  return {};
}

std::vector<Bytes> list_wrapped_keys(storage::Transaction& tx, std::string_view owner) {
  std::vector<Bytes> keys;
  // Versions begin anew after 255, so age orders them; the key of indexes is made later than the
  // first.
  const auto rows = tx.query(
      "SELECT wrapped FROM account_key WHERE account_sid = $1 "
      "ORDER BY CASE WHEN version = 0 THEN 0 ELSE 1 END, created_at, version",
      owner);
  while (rows->next()) keys.push_back(rows->copy_bytes(0));
  return keys;
}

std::vector<WrappedKey> list_keys_under(storage::Transaction& tx, const vault::RootKeyId& root,
                                        std::int64_t most) {
  std::vector<WrappedKey> keys;
  // A wrapped key says in its bytes 2 to 5 what it is wrapped under (vault.hpp).
  const auto rows = tx.query(
      "SELECT account_sid, version, wrapped FROM account_key "
      "WHERE substr(wrapped, 2, 4) = $1 ORDER BY account_sid, version LIMIT $2",
      ByteView(root), most);
  while (rows->next()) {
    keys.push_back(
        {std::string(rows->text(0)), static_cast<int>(rows->integer(1)), rows->copy_bytes(2)});
  }
  return keys;
}

bool rewrap_key(storage::Transaction& tx, const WrappedKey& before, ByteView after) {
  return tx.run(
             "UPDATE account_key SET wrapped = $4 WHERE account_sid = $1 AND version = $2 "
             "AND wrapped = $3",
             before.owner, before.version, before.wrapped, after) == 1;
}

void delete_wrapped_key(storage::Transaction& tx, std::string_view owner, int version) {
  tx.run("DELETE FROM account_key WHERE account_sid = $1 AND version = $2", owner, version);
}

void delete_wrapped_keys(storage::Transaction& tx, std::string_view owner) {
  tx.run("DELETE FROM account_key WHERE account_sid = $1", owner);
}

}  // namespace cloudvno::accounts
