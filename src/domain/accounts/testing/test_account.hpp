// An account with a test key and a live key, for other rooms' tests.
#pragma once

#include "domain/accounts/key_store.hpp"
#include "domain/accounts/open_account.hpp"
#include "platform/storage/testing/test_database.hpp"

namespace cloudvno::accounts::testing {

struct TestAccount {
  Account account;
  std::string test_key;
  std::string live_key;

  static TestAccount open(storage::testing::TestDatabase& db, const vault::Vault& vault, Time now,
                          AccountOptions options = {"Test", false, true}) {
    auto made = db->transact_now([&](storage::Transaction& tx) -> Result<TestAccount> {
      if (!read_root_keys(tx).current) {
        insert_current_root_key(tx, vault.current_root_key(), now);
      }
      TestAccount test;
      TRY_ASSIGN(test.account, open_account(tx, vault, options, now));
      test.test_key = make_api_key(tx, test.account.sid, false, api::ScopeSet::all(), now).text;
      test.live_key = make_api_key(tx, test.account.sid, true, api::ScopeSet::all(), now).text;
      return test;
    });
    return made ? std::move(*made) : TestAccount();
  }
};

}  // namespace cloudvno::accounts::testing
