// The front of accounts: who an API key belongs to, and an account's keys and secrets for every
// other room.
#pragma once

#include <mutex>
#include <unordered_map>

#include "base/clock.hpp"
#include "domain/accounts/account.hpp"
#include "domain/api/caller.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::accounts {

// Caches for a second, so that a key revoked or an account changed by another process (the command
// line, a second server) is seen within that second. Both caches are bounded; when full they start
// anew.
class Accounts final : public api::Authenticator {
 public:
  Accounts(storage::Database& database, const vault::Vault& vault, const Clock& clock);

  // api::Authenticator, on the control thread.
  net::Task<Result<api::CallerPtr>> authenticate(std::string_view key_text) override;
  std::optional<api::CallerPtr> cached(std::string_view key_text) override;

  // Thread-safe; for bodies. Errc::not_found.
  Result<AccountPtr> find(storage::Transaction& tx, const AccountSid& sid);
  net::Task<Result<AccountPtr>> find(const AccountSid& sid);

 private:
  static constexpr std::chrono::seconds fresh{1};
  static constexpr std::size_t most = 50'000;

  struct CachedCaller {
    api::CallerPtr caller;
    Time until;
  };
  struct CachedAccount {
    AccountPtr account;
    Time until;
  };

  std::optional<AccountPtr> cached_account(const AccountSid& sid);

  storage::Database& database_;
  const vault::Vault& vault_;
  const Clock& clock_;
  std::unordered_map<std::string, CachedCaller> callers_;  // by SHA-256 of the key's text
  std::mutex mutex_;
  std::unordered_map<AccountSid, CachedAccount> accounts_;
};

}  // namespace cloudvno::accounts
