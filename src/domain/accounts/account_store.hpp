// SQL of the tables account and account_key.
#pragma once

#include <optional>
#include <vector>

#include "base/result.hpp"
#include "domain/accounts/account.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::accounts {

void insert_account(storage::Transaction& tx, const Account& account, ByteView wrapped_key);

// Errc::not_found.
Result<Account> find_account(storage::Transaction& tx, const vault::Vault& vault,
                             const AccountSid& sid);

struct AccountSummary {
  AccountSid sid;
  std::string status;
  Time created_at;
};
std::vector<AccountSummary> list_accounts(storage::Transaction& tx);

}  // namespace cloudvno::accounts
