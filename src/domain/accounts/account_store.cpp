// SQL of the tables account and account_key.
#include "domain/accounts/account_store.hpp"

#include "domain/accounts/key_store.hpp"

namespace cloudvno::accounts {
namespace {

vault::Place place(std::string_view column, const AccountSid& sid) {
  return {"account", column, sid.view()};
}

}  // namespace

Result<> insert_account(storage::Transaction& tx, const Account& account, Bytes wrapped_key) {
  const auto& sid = account.sid;
  TRY(insert_wrapped_key(tx, {sid.str(), 1, std::move(wrapped_key)}, account.created_at));
  tx.run(
      "INSERT INTO account (sid, status, name_sealed, auth_token_sealed, webhook_secret_sealed, "
      "twilio_signature, rate_limited, created_at, updated_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      sid, account.status == AccountStatus::active ? "active" : "suspended",
      account.keys->seal(place("name_sealed", sid), account.name),
      account.keys->seal(place("auth_token_sealed", sid), account.auth_token),
      account.keys->seal(place("webhook_secret_sealed", sid), account.webhook_secret),
      account.twilio_signature, account.rate_limited, account.created_at, account.created_at);
  return {};
}

Result<Account> find_account(storage::Transaction& tx, const vault::Vault& vault,
                             const AccountSid& sid) {
  Account account;
  account.sid = sid;
  const auto keys = list_wrapped_keys(tx, sid.view());
  if (keys.empty()) return fail(Errc::not_found);
  TRY_ASSIGN(account.keys, vault.unwrap(sid.view(), keys));
  const auto rows = tx.query(
      "SELECT status, name_sealed, auth_token_sealed, webhook_secret_sealed, twilio_signature, "
      "rate_limited, created_at, retention_days FROM account WHERE sid = $1",
      sid);
  if (!rows->next()) return fail(Errc::not_found);
  account.status = rows->text(0) == "active" ? AccountStatus::active : AccountStatus::suspended;
  TRY_ASSIGN(account.name, account.keys->open(place("name_sealed", sid), rows->bytes(1)));
  TRY_ASSIGN(account.auth_token,
             account.keys->open(place("auth_token_sealed", sid), rows->bytes(2)));
  TRY_ASSIGN(account.webhook_secret,
             account.keys->open(place("webhook_secret_sealed", sid), rows->bytes(3)));
  account.twilio_signature = rows->boolean(4);
  account.rate_limited = rows->boolean(5);
  account.created_at = rows->time(6);
  account.retention = std::chrono::days(rows->integer(7));
  return account;
}

bool set_retention(storage::Transaction& tx, const AccountSid& sid, int days, Time now) {
  return tx.run("UPDATE account SET retention_days = $2, updated_at = $3 WHERE sid = $1", sid, days,
                now) == 1;
}

std::vector<AccountSummary> list_accounts(storage::Transaction& tx) {
  std::vector<AccountSummary> all;
  const auto rows = tx.query("SELECT sid, status, created_at FROM account ORDER BY sid");
  while (rows->next()) {
    all.push_back({rows->sid<AccountSid>(0), std::string(rows->text(1)), rows->time(2)});
  }
  return all;
}

}  // namespace cloudvno::accounts
