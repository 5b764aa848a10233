// Turning the root key, and what it does to copies of the store.
#include "domain/privacy/root_key.hpp"

#include <gtest/gtest.h>

#include "base/clock.hpp"
#include "domain/accounts/account_store.hpp"
#include "domain/accounts/key_store.hpp"
#include "domain/accounts/testing/test_account.hpp"
#include "domain/privacy/erase_account.hpp"
#include "platform/storage/testing/test_database.hpp"

namespace cloudvno::privacy {
namespace {

using accounts::testing::TestAccount;

class RootKeyTest : public ::testing::Test {
 protected:
  RootKeyTest() : path_(folder_.path() + "/root.key"), vault_(start()) {
    account_ = TestAccount::open(db_, *vault_, now_);
  }

  std::unique_ptr<vault::Vault> start() {
    auto vault = vault::Vault::open(path_, true);
    EXPECT_TRUE(vault);
    const auto settled = settle_root_key(*db_, **vault, now_);
    EXPECT_TRUE(settled) << settled.error().detail;
    return std::move(*vault);
  }
  bool opens(const vault::Vault& vault) {
    return db_
        ->read_now([&](storage::Transaction& tx) {
          return accounts::find_account(tx, vault, account_.account.sid);
        })
        .has_value();
  }
  std::vector<Bytes> wrapped_keys(std::string_view owner) {
    return *db_->read_now([&](storage::Transaction& tx) -> Result<std::vector<Bytes>> {
      return accounts::list_wrapped_keys(tx, owner);
    });
  }
  accounts::RootKeys state() {
    return *db_->read_now([&](storage::Transaction& tx) -> Result<accounts::RootKeys> {
      return accounts::read_root_keys(tx);
    });
  }

  storage::testing::TestDatabase db_;
  storage::testing::TemporaryFolder folder_;
  const std::string path_;
  const Time now_ = ManualClock().now();
  std::unique_ptr<vault::Vault> vault_;
  TestAccount account_;
};

TEST_F(RootKeyTest, OpensEverythingAfterATurnAlsoInAProcessThatServes) {
  const auto serving = start();
  const auto index = serving->instance().blind_index("a.b", "x");
  ASSERT_TRUE(turn_root_key(*db_, *vault_, now_));
  EXPECT_TRUE(opens(*vault_));
  EXPECT_TRUE(opens(*serving));
  EXPECT_EQ(vault_->root_keys().size(), 1u);
  const auto later = start();
  EXPECT_TRUE(opens(*later));
  EXPECT_EQ(later->instance().blind_index("a.b", "x"), index);
}

TEST_F(RootKeyTest, MakesCopiesOfTheWrappedKeysVoid) {
  const auto copied = wrapped_keys(account_.account.sid.view());
  ASSERT_EQ(copied.size(), 1u);
  ASSERT_TRUE(db_->transact_now([&](storage::Transaction& tx) {
    return destroy_account_keys(tx, account_.account.sid, now_);
  }));
  EXPECT_TRUE(vault_->unwrap(account_.account.sid.view(), copied)) << "before the turn";
  ASSERT_TRUE(turn_root_key(*db_, *vault_, now_));
  EXPECT_FALSE(vault_->unwrap(account_.account.sid.view(), copied));
  EXPECT_FALSE(start()->unwrap(account_.account.sid.view(), copied));
}

TEST_F(RootKeyTest, RefusesAKeyWrappedUnderARootKeyThatIsNotCurrentAnyMore) {
  const auto late = vault_->make_wrapped_key("AC1");
  ASSERT_TRUE(turn_root_key(*db_, *vault_, now_));
  const auto inserted = db_->transact_now([&](storage::Transaction& tx) {
    return accounts::insert_wrapped_key(tx, {"AC1", 1, late}, now_);
  });
  ASSERT_FALSE(inserted);
  EXPECT_EQ(inserted.error().code, Errc::service_unavailable);
}

TEST_F(RootKeyTest, FinishesATurnThatDiedAtAnyPlace) {
  // In the file only.
  ASSERT_TRUE(vault_->add_root_key());
  vault_ = start();
  EXPECT_TRUE(opens(*vault_));
  EXPECT_FALSE(state().retiring);
  // Current in the store, nothing wrapped again.
  const auto old = *state().current;
  const auto next = vault_->root_keys().back();
  ASSERT_TRUE(db_->transact_now([&](storage::Transaction& tx) -> Result<> {
    accounts::replace_root_key(tx, old, next, now_);
    return {};
  }));
  vault_ = start();
  EXPECT_TRUE(opens(*vault_));
  EXPECT_EQ(state().current, next);
  EXPECT_FALSE(state().retiring);
  EXPECT_EQ(vault_->root_keys(), std::vector{next});
  // All wrapped again and the key out of the file, but not out of the store.
  ASSERT_TRUE(db_->transact_now([&](storage::Transaction& tx) -> Result<> {
    tx.run("INSERT INTO root_key (id, state, since) VALUES ($1, 'retiring', 0)", to_hex(old));
    return {};
  }));
  vault_ = start();
  EXPECT_FALSE(state().retiring);
  EXPECT_TRUE(opens(*vault_));
}

TEST_F(RootKeyTest, TurnsToTheKeyThatWasPrepared) {
  ASSERT_TRUE(prepare_root_key(*db_, *vault_));
  const auto prepared = vault_->root_keys().back();
  EXPECT_NE(state().current, prepared);
  EXPECT_EQ(prepare_root_key(*db_, *vault_).error().code, Errc::wrong_state);
  ASSERT_TRUE(turn_root_key(*db_, *vault_, now_));
  EXPECT_EQ(state().current, prepared);
}

TEST_F(RootKeyTest, RefusesTheRootKeyOfAnotherStore) {
  storage::testing::TemporaryFolder elsewhere;
  const auto other = vault::Vault::open(elsewhere.path() + "/root.key", true);
  ASSERT_TRUE(other);
  const auto settled = settle_root_key(*db_, **other, now_);
  ASSERT_FALSE(settled);
  EXPECT_THAT(settled.error().detail, ::testing::HasSubstr("put the right file back"));
}

}  // namespace
}  // namespace cloudvno::privacy
