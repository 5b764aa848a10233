// Opening an account and giving it keys: what the commands `account` and `key` and the first start
// do.
#pragma once

#include <string>

#include "base/model/api_key_text.hpp"
#include "domain/accounts/account.hpp"
#include "domain/accounts/api_key_store.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::accounts {

struct AccountOptions {
  std::string name;
  bool twilio_signature = false;
  bool rate_limited = true;
};

// Makes the account with its data key and its secrets.
// Errc::service_unavailable if the root key was turned meanwhile.
Result<Account> open_account(storage::Transaction& tx, const vault::Vault& vault,
                             const AccountOptions& options, Time now);

struct NewApiKey {
  ApiKey key;
  std::string text;  // shown once, kept nowhere
};
NewApiKey make_api_key(storage::Transaction& tx, const AccountSid& account, bool live,
                       api::ScopeSet scopes, Time now);

}  // namespace cloudvno::accounts
