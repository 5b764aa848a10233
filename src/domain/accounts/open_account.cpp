// Opening an account and giving it keys.
#include "domain/accounts/open_account.hpp"

#include "base/invariant.hpp"
#include "base/random.hpp"
#include "domain/accounts/account_store.hpp"

namespace cloudvno::accounts {

Result<Account> open_account(storage::Transaction& tx, const vault::Vault& vault,
                             const AccountOptions& options, Time now) {
  Account account;
  account.sid = AccountSid::make(now);
  account.name = options.name;
  account.auth_token = to_hex(random_bytes(16));
  account.webhook_secret = "whsec_" + to_base64(random_bytes(32));
  account.twilio_signature = options.twilio_signature;
  account.rate_limited = options.rate_limited;
  account.created_at = now;
  const auto wrapped = vault.make_wrapped_key(account.sid.view());
  auto keys = vault.unwrap(account.sid.view(), wrapped);
  invariant(keys.has_value(), "a key just wrapped must unwrap");
  account.keys = std::move(*keys);
  TRY(insert_account(tx, account, wrapped));
  return account;
}

NewApiKey make_api_key(storage::Transaction& tx, const AccountSid& account, bool live,
                       api::ScopeSet scopes, Time now) {
  NewApiKey made;
  made.key = {ApiKeySid::make(now), account, live, scopes, now, {}};
  made.text = make_api_key_text(live ? KeyMode::live : KeyMode::test);
  insert_api_key(tx, made.key, hash_api_key_text(made.text));
  return made;
}

}  // namespace cloudvno::accounts
