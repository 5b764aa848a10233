// The front of accounts: who an API key belongs to, and an account's keys and secrets for every
// other room.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <unordered_map>

#include "base/clock.hpp"
#include "domain/accounts/account.hpp"
#include "domain/api/caller.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::accounts {

// Caches for a second of the machine's uptime, whatever its clock does, and until `changes` answers
// another number: a key revoked by a command in this process's data folder is refused at once, one
// revoked elsewhere within that second. Both caches are bounded; when full they start anew.
class Accounts final : public api::Authenticator {
 public:
  // `changes`: thread-safe; how often keys or accounts were changed.
  Accounts(
      storage::Database& database, const vault::Vault& vault, const Clock& clock,
      std::function<std::uint64_t()> changes = [] { return std::uint64_t{0}; });

  static constexpr std::chrono::seconds fresh{1};

  // api::Authenticator, on the control thread.
  net::Task<Result<api::CallerPtr>> authenticate(std::string_view key_text) override;
  std::optional<api::CallerPtr> cached(std::string_view key_text) override;

  // Thread-safe; for bodies. Errc::not_found.
  Result<AccountPtr> find(storage::Transaction& tx, const AccountSid& sid);
  net::Task<Result<AccountPtr>> find(const AccountSid& sid);

 private:
  static constexpr std::size_t most = 50'000;

  // When something was read, which is asked before it is read.
  struct Age {
    std::uint64_t changes = 0;
    Micros until{0};
  };
  struct CachedCaller {
    api::CallerPtr caller;
    Age age;
  };
  struct CachedAccount {
    AccountPtr account;
    Age age;
  };

  Age age_now() const { return {changes_(), clock_.elapsed() + fresh}; }
  bool is_fresh(const Age& age) const {
    return age.until > clock_.elapsed() && age.changes == changes_();
  }

  std::optional<AccountPtr> cached_account(const AccountSid& sid);

  storage::Database& database_;
  const vault::Vault& vault_;
  const Clock& clock_;
  const std::function<std::uint64_t()> changes_;
  std::unordered_map<std::string, CachedCaller> callers_;  // by SHA-256 of the key's text
  std::mutex mutex_;
  std::unordered_map<AccountSid, CachedAccount> accounts_;
};

}  // namespace cloudvno::accounts
