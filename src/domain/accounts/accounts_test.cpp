// Who an API key belongs to, and when it ceases to be anybody's.
#include "domain/accounts/accounts.hpp"

#include "domain/accounts/account_store.hpp"
#include "domain/accounts/testing/test_account.hpp"

namespace cloudvno::accounts {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

class AccountsTest : public ::testing::Test {
 protected:
  template <class Body>
  auto write(Body body) {
    using T = decltype(body(std::declval<storage::Transaction&>()));
    auto done = db_->transact_now([&](storage::Transaction& tx) -> Result<T> { return body(tx); });
    EXPECT_TRUE(done);
    return std::move(*done);
  }
  NewApiKey new_key(bool live, api::ScopeSet scopes = api::ScopeSet::all()) {
    return write([&](storage::Transaction& tx) {
      return make_api_key(tx, test_.account.sid, live, scopes, clock_.now());
    });
  }
  bool revoke(const ApiKeySid& sid) {
    return write([&](storage::Transaction& tx) { return revoke_api_key(tx, sid, clock_.now()); });
  }
  void suspend() {
    write([&](storage::Transaction& tx) {
      return tx.run("UPDATE account SET status = 'suspended' WHERE sid = $1", test_.account.sid);
    });
  }
  Result<api::CallerPtr> authenticate(std::string_view key) {
    return db_.run(accounts_.authenticate(key));
  }
  Errc refusal(std::string_view key) {
    const auto caller = authenticate(key);
    EXPECT_FALSE(caller);
    return caller ? Errc::internal_error : caller.error().code;
  }

  ManualClock clock_;
  vault::Vault vault_{vault::Key{7}};
  storage::testing::TestDatabase db_;
  testing::TestAccount test_ = testing::TestAccount::open(db_, vault_, clock_.now());
  Accounts accounts_{*db_, vault_, clock_};
};

TEST_F(AccountsTest, GiveANewAccountItsOwnSecretsAndFindThemAgain) {
  const auto& made = test_.account;
  EXPECT_THAT(made.auth_token, MatchesRegex("[0-9a-f]{32}"));
  EXPECT_THAT(made.webhook_secret, MatchesRegex("whsec_.{44}"));
  const auto other = testing::TestAccount::open(db_, vault_, clock_.now(), {"Other", true, false});
  EXPECT_NE(other.account.auth_token, made.auth_token);
  EXPECT_NE(other.account.webhook_secret, made.webhook_secret);

  const auto found = db_.run(accounts_.find(other.account.sid));
  ASSERT_TRUE(found);
  EXPECT_EQ((*found)->name, "Other");
  EXPECT_EQ((*found)->auth_token, other.account.auth_token);
  EXPECT_EQ((*found)->webhook_secret, other.account.webhook_secret);
  EXPECT_EQ((*found)->status, AccountStatus::active);
  EXPECT_TRUE((*found)->twilio_signature);
  EXPECT_FALSE((*found)->rate_limited);
  EXPECT_EQ((*found)->created_at, clock_.now());
}

TEST_F(AccountsTest, KeepNamesAndSecretsSealedAndKeysAsHashesOnly) {
  const auto row = db_->read_now([&](storage::Transaction& tx) -> Result<std::string> {
    const auto rows = tx.query(
        "SELECT name_sealed, auth_token_sealed, webhook_secret_sealed, key_hash "
        "FROM account JOIN api_key ON account_sid = account.sid");
    std::string all;
    while (rows->next()) {
      for (int column = 0; column < 4; ++column) all += as_text(rows->bytes(column));
    }
    return all;
  });
  ASSERT_TRUE(row);
  EXPECT_FALSE(row->empty());
  for (const auto& secret : {std::string("Test"), test_.account.auth_token,
                             test_.account.webhook_secret, test_.test_key, test_.live_key}) {
    EXPECT_THAT(*row, Not(HasSubstr(secret)));
  }
}

TEST_F(AccountsTest, DoNotFindAnAccountThatIsNotThere) {
  const auto found = db_.run(accounts_.find(AccountSid::make(clock_.now())));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, Errc::not_found);
}

TEST_F(AccountsTest, DoNotOpenAnAccountUnderAnotherRootKey) {
  const vault::Vault other{vault::Key{8}};
  const auto found = db_->read_now(
      [&](storage::Transaction& tx) { return find_account(tx, other, test_.account.sid); });
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, Errc::internal_error);
}

TEST_F(AccountsTest, KnowTheCallerByItsKey) {
  const auto caller = authenticate(test_.live_key);
  ASSERT_TRUE(caller);
  EXPECT_EQ((*caller)->account, test_.account.sid);
  EXPECT_TRUE((*caller)->live);
  EXPECT_TRUE((*caller)->rate_limited);
  EXPECT_FALSE((*authenticate(test_.test_key))->live);

  const auto limited = new_key(false, api::ScopeSet::parse("messages:read").value());
  const auto scopes = (*authenticate(limited.text))->scopes;
  EXPECT_TRUE(scopes.has(api::Scope::messages_read));
  EXPECT_FALSE(scopes.has(api::Scope::messages_write));
}

TEST_F(AccountsTest, RefuseAKeyThatNobodyHas) {
  EXPECT_EQ(refusal(make_api_key_text(KeyMode::test)), Errc::unauthorized);
  EXPECT_EQ(refusal(""), Errc::unauthorized);
  EXPECT_EQ(refusal(test_.test_key + "x"), Errc::unauthorized);
  EXPECT_EQ(refusal(test_.account.auth_token), Errc::unauthorized);
}

TEST_F(AccountsTest, RefuseARevokedKeyAndKeepTheOthers) {
  const auto key = new_key(false);
  EXPECT_TRUE(authenticate(key.text));
  EXPECT_TRUE(revoke(key.key.sid));
  EXPECT_EQ(refusal(key.text), Errc::api_key_revoked);
  EXPECT_TRUE(authenticate(test_.test_key));
  EXPECT_FALSE(revoke(key.key.sid));
  EXPECT_FALSE(revoke(ApiKeySid::make(clock_.now())));
}

TEST_F(AccountsTest, RefuseEveryKeyOfASuspendedAccount) {
  suspend();
  EXPECT_EQ(refusal(test_.test_key), Errc::account_suspended);
  EXPECT_EQ(refusal(test_.live_key), Errc::account_suspended);
  const auto other = testing::TestAccount::open(db_, vault_, clock_.now());
  EXPECT_TRUE(authenticate(other.test_key));
}

TEST_F(AccountsTest, RememberACallerForASecondAndNoLonger) {
  EXPECT_FALSE(accounts_.cached(test_.test_key));
  EXPECT_TRUE(authenticate(test_.test_key));
  suspend();
  clock_.advance(1s - 1us);
  ASSERT_TRUE(accounts_.cached(test_.test_key));
  EXPECT_EQ((*accounts_.cached(test_.test_key))->account, test_.account.sid);
  EXPECT_FALSE(accounts_.cached(test_.live_key));
  clock_.advance(1us);
  EXPECT_FALSE(accounts_.cached(test_.test_key));
  EXPECT_EQ(refusal(test_.test_key), Errc::account_suspended);
  EXPECT_FALSE(accounts_.cached(test_.test_key));
}

TEST_F(AccountsTest, ForgetAllThatTheyRememberWhenTheyAreToldOfAChange) {
  std::uint64_t changes = 0;
  Accounts told(*db_, vault_, clock_, [&] { return changes; });
  const auto key = new_key(false);
  EXPECT_TRUE(db_.run(told.authenticate(key.text)));
  EXPECT_TRUE(told.cached(key.text));
  EXPECT_TRUE(revoke(key.key.sid));
  ++changes;
  EXPECT_FALSE(told.cached(key.text));
  EXPECT_EQ(db_.run(told.authenticate(key.text)).error().code, Errc::api_key_revoked);
  EXPECT_TRUE(db_.run(told.authenticate(test_.test_key)));
  suspend();
  ++changes;
  EXPECT_EQ(db_.run(told.authenticate(test_.test_key)).error().code, Errc::account_suspended);
}

TEST_F(AccountsTest, RememberNothingLongerWhereTheClockIsSetBack) {
  EXPECT_TRUE(authenticate(test_.test_key));
  suspend();
  clock_.set(clock_.now() - std::chrono::hours(1));
  clock_.advance(1s);
  EXPECT_FALSE(accounts_.cached(test_.test_key));
  EXPECT_EQ(refusal(test_.test_key), Errc::account_suspended);
}

TEST_F(AccountsTest, ListTheKeysOfOneAccountWithTheirStates) {
  testing::TestAccount::open(db_, vault_, clock_.now());
  const auto key = new_key(true);
  EXPECT_TRUE(revoke(key.key.sid));
  const auto keys =
      write([&](storage::Transaction& tx) { return list_api_keys(tx, test_.account.sid); });
  ASSERT_EQ(keys.size(), 3u);
  int revoked = 0;
  for (const auto& each : keys) {
    EXPECT_EQ(each.account, test_.account.sid);
    if (!each.revoked_at) continue;
    ++revoked;
    EXPECT_EQ(each.sid, key.key.sid);
    EXPECT_EQ(each.revoked_at, clock_.now());
  }
  EXPECT_EQ(revoked, 1);
}

}  // namespace
}  // namespace cloudvno::accounts
