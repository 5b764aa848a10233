// SQL of the table smpp_credential.
#pragma once

#include "domain/accounts/accounts.hpp"
#include "domain/api/page.hpp"
#include "domain/smpp_access/credential.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::smpp_access {

void insert_credential(storage::Transaction& tx, const vault::Keys& keys,
                       const Credential& credential);
bool update_credential(storage::Transaction& tx, const vault::Keys& keys,
                       const Credential& credential);
// With what waits for it.
bool delete_credential(storage::Transaction& tx, const SmppCredentialSid& sid);
std::int64_t count_credentials(storage::Transaction& tx, const AccountSid& account, bool live);
// Errc::not_found.
Result<Credential> find_credential(storage::Transaction& tx, const vault::Keys& keys,
                                   const AccountSid& account, const SmppCredentialSid& sid,
                                   storage::RowLock lock = storage::RowLock::none);
Result<std::vector<Credential>> list_credentials(storage::Transaction& tx, const vault::Keys& keys,
                                                 const api::Conditions& conditions,
                                                 const api::PageQuery& page);
// Those that take inbound messages.
std::vector<SmppCredentialSid> list_receivers(storage::Transaction& tx, const AccountSid& account,
                                              bool live);

// A credential with its account.
struct Holder {
  Credential credential;
  accounts::AccountPtr account;
};
// Errc::unauthorized where name and password do not fit, whichever of the two;
// account_suspended.
Result<Holder> find_holder(storage::Transaction& tx, accounts::Accounts& accounts,
                           std::string_view system_id, std::string_view password);

}  // namespace cloudvno::smpp_access
