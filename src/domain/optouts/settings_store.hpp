// SQL of the table opt_out_settings.
#pragma once

#include "base/result.hpp"
#include "domain/optouts/settings.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::optouts {

// What everybody has, where the account has set nothing.
Result<Settings> find_settings(storage::Transaction& tx, const vault::Keys& keys,
                               const AccountSid& account, bool live,
                               storage::RowLock lock = storage::RowLock::none);
void keep_settings(storage::Transaction& tx, const vault::Keys& keys, const AccountSid& account,
                   bool live, const Settings& settings, Time now);

}  // namespace cloudvno::optouts
