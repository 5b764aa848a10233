// Turning the root key.
#include "domain/privacy/root_key.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "domain/accounts/key_store.hpp"

namespace cloudvno::privacy {
namespace {

constexpr std::int64_t keys_a_step = 500;

Result<accounts::RootKeys> read_state(storage::Database& database) {
  return database.read_now([](storage::Transaction& tx) -> Result<accounts::RootKeys> {
    return accounts::read_root_keys(tx);
  });
}

Result<std::size_t> rewrap_some(storage::Database& database, const vault::Vault& vault,
                                const vault::RootKeyId& retiring) {
  return database.transact_now([&](storage::Transaction& tx) -> Result<std::size_t> {
    const auto keys = accounts::list_keys_under(tx, retiring, keys_a_step);
    for (const auto& key : keys) {
      TRY_ASSIGN(const auto again, vault.wrap_again(key.owner, key.wrapped));
      accounts::rewrap_key(tx, key, again);
    }
    return keys.size();
  });
}

Result<> retire(storage::Database& database, vault::Vault& vault,
                const vault::RootKeyId& retiring) {
  while (true) {
    TRY_ASSIGN(const auto rewrapped, rewrap_some(database, vault, retiring));
    if (rewrapped == 0) break;
  }
  const auto known = vault.root_keys();
  if (std::ranges::count(known, retiring) > 0) TRY(vault.drop_root_key(retiring));
  TRY(database.transact_now([&](storage::Transaction& tx) -> Result<> {
    accounts::delete_retiring_root_key(tx, retiring);
    return {};
  }));
  log::info("privacy.root_key_turned", {{"retired", to_hex(retiring)}});
  return {};
}

// The instance's keys are kept wrapped like an account's from the first start on.
Result<> settle_instance(storage::Database& database, vault::Vault& vault, Time now) {
  const auto owner = vault::Vault::instance_owner;
  TRY_ASSIGN(
      const auto wrapped,
      database.transact_now([&](storage::Transaction& tx) -> Result<std::vector<Bytes>> {
        tx.lock_set_up();
        auto keys = accounts::list_wrapped_keys(tx, owner);
        if (!keys.empty()) return keys;
        TRY(accounts::insert_wrapped_key(tx, {std::string(owner), 1, vault.wrap_instance()}, now));
        return accounts::list_wrapped_keys(tx, owner);
      }));
  return vault.use_instance(wrapped.back());
}

std::optional<vault::RootKeyId> prepared(const accounts::RootKeys& state,
                                         const vault::Vault& vault) {
  for (const auto& id : vault.root_keys()) {
    if (id != state.current && id != state.retiring) return id;
  }
  return std::nullopt;
}

}  // namespace

Result<> settle_root_key(storage::Database& database, vault::Vault& vault, Time now) {
  TRY_ASSIGN(const auto state,
             database.transact_now([&](storage::Transaction& tx) -> Result<accounts::RootKeys> {
               // Of two first starts at one time one makes the keys.
               tx.lock_set_up();
               auto keys = accounts::read_root_keys(tx);
               if (keys.current) return keys;
               accounts::insert_current_root_key(tx, vault.root_keys().front(), now);
               return accounts::read_root_keys(tx);
             }));
  TRY(vault.use_root_key(*state.current));
  TRY(settle_instance(database, vault, now));
  if (state.retiring) TRY(retire(database, vault, *state.retiring));
  return {};
}

Result<> turn_root_key(storage::Database& database, vault::Vault& vault, Time now) {
  TRY(settle_root_key(database, vault, now));
  TRY_ASSIGN(const auto state, read_state(database));
  auto next = prepared(state, vault);
  if (!next) {
    TRY_ASSIGN(next, vault.add_root_key());
  }
  const auto retiring = *state.current;
  TRY_ASSIGN(const bool turned,
             database.transact_now([&](storage::Transaction& tx) -> Result<bool> {
               if (accounts::read_root_keys(tx).current != retiring) return false;
               accounts::replace_root_key(tx, retiring, *next, now);
               return true;
             }));
  if (!turned) {
    return fail(Errc::wrong_state, "another process is turning the root key just now");
  }
  TRY(vault.use_root_key(*next));
  return retire(database, vault, retiring);
}

Result<> prepare_root_key(storage::Database& database, vault::Vault& vault) {
  TRY_ASSIGN(const auto state, read_state(database));
  if (prepared(state, vault)) {
    return fail(Errc::wrong_state, "the root key file holds a key that waits to be used already");
  }
  TRY(vault.add_root_key());
  return {};
}

}  // namespace cloudvno::privacy
