// SQL of the tables account and account_key.
#pragma once

#include <optional>
#include <vector>

#include "base/result.hpp"
#include "domain/accounts/account.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::accounts {

// Errc::service_unavailable as insert_wrapped_key().
Result<> insert_account(storage::Transaction& tx, const Account& account, Bytes wrapped_key);

// Errc::not_found.
Result<Account> find_account(storage::Transaction& tx, const vault::Vault& vault,
                             const AccountSid& sid);

struct AccountSummary {
  AccountSid sid;
  std::string status;
  Time created_at;
};
std::vector<AccountSummary> list_accounts(storage::Transaction& tx);
// False if there is no such account. `days`: 1 to 90.
bool set_retention(storage::Transaction& tx, const AccountSid& sid, int days, Time now);

}  // namespace cloudvno::accounts
