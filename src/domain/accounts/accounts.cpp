// Looking up keys and accounts, with a second's memory.
#include "domain/accounts/accounts.hpp"

#include "base/model/api_key_text.hpp"
#include "domain/accounts/account_store.hpp"
#include "domain/accounts/api_key_store.hpp"

namespace cloudvno::accounts {

Accounts::Accounts(storage::Database& database, const vault::Vault& vault, const Clock& clock,
                   std::function<std::uint64_t()> changes)
    : database_(database), vault_(vault), clock_(clock), changes_(std::move(changes)) {}

std::optional<api::CallerPtr> Accounts::cached(std::string_view key_text) {
  const auto hash = hash_api_key_text(key_text);
  const auto found = callers_.find(std::string(as_text(hash)));
  if (found == callers_.end() || !is_fresh(found->second.age)) return std::nullopt;
  return found->second.caller;
}

net::Task<Result<api::CallerPtr>> Accounts::authenticate(std::string_view key_text) {
  if (!parse_api_key_text(key_text)) co_return fail(Errc::unauthorized);
  const auto hash = hash_api_key_text(key_text);
  const auto age = age_now();
  auto caller = co_await database_.read([&](storage::Transaction& tx) -> Result<api::CallerPtr> {
    const auto key = find_api_key(tx, hash);
    if (!key) return fail(Errc::unauthorized);
    if (key->revoked_at) return fail(Errc::api_key_revoked);
    TRY_ASSIGN(const auto account, find(tx, key->account));
    if (account->status != AccountStatus::active) return fail(Errc::account_suspended);
    return std::make_shared<api::Caller>(api::Caller{key->account, key->sid, key->live, key->scopes,
                                                     account->rate_limited, account->keys,
                                                     account->retention});
  });
  if (!caller) co_return caller;
  if (callers_.size() >= most) callers_.clear();
  callers_[std::string(as_text(hash))] = {*caller, age};
  co_return caller;
}

std::optional<AccountPtr> Accounts::cached_account(const AccountSid& sid) {
  const std::scoped_lock lock(mutex_);
  const auto found = accounts_.find(sid);
  if (found == accounts_.end() || !is_fresh(found->second.age)) return std::nullopt;
  return found->second.account;
}

Result<AccountPtr> Accounts::find(storage::Transaction& tx, const AccountSid& sid) {
  if (auto known = cached_account(sid)) return std::move(*known);
  const auto age = age_now();
  TRY_ASSIGN(auto account, find_account(tx, vault_, sid));
  auto shared = std::make_shared<const Account>(std::move(account));
  const std::scoped_lock lock(mutex_);
  if (accounts_.size() >= most) accounts_.clear();
  accounts_[sid] = {shared, age};
  return shared;
}

net::Task<Result<AccountPtr>> Accounts::find(const AccountSid& sid) {
  if (auto known = cached_account(sid)) co_return std::move(*known);
  co_return co_await database_.read([&](storage::Transaction& tx) { return find(tx, sid); });
}

}  // namespace cloudvno::accounts
