// Erasing an account: hidden at once, its keys destroyed, its rows deleted later.
//
//   keys, API keys and queue rows gone (one transaction) → root key turned, so that copies of the
//   wrapped keys open nothing either → rows deleted in steps
//
// The line in `erasure` outlives all of it: a backup made before is erased again when restored.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "domain/privacy/rows.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::privacy {

struct Erasure {
  AccountSid account;
  Time erased_at;
  bool root_key_dropped = false;  // nothing that was copied from the store opens the account's keys
  bool rows_deleted = false;
};

// Errc::not_found; Errc::wrong_state while a legal hold keeps a row of the account.
Result<> check_erasable(storage::Transaction& tx, const AccountSid& sid);
// In a body. From its commit on nobody can read what the account sealed, through this store.
// Numbers that it holds are given back first (numbers::release_all). Fails as check_erasable().
Result<> destroy_account_keys(storage::Transaction& tx, const AccountSid& sid, Time now);
// After a restore: the same, for an erasure that happened after the backup.
void repeat_erasure(storage::Transaction& tx, const Erasure& erasure);

std::vector<Erasure> list_erasures(storage::Transaction& tx);
// All erasures up to now: the root key was turned after them.
void note_root_key_dropped(storage::Transaction& tx, Time erased_until, Time now);
void note_rows_deleted(storage::Transaction& tx, const AccountSid& sid, Time now);

}  // namespace cloudvno::privacy
