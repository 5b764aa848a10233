// Backup and restore: everything comes back, nothing that was erased, and no bit is taken on trust.
#include "domain/backup/backup.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/clock.hpp"
#include "domain/accounts/account_store.hpp"
#include "domain/accounts/testing/test_account.hpp"
#include "domain/backup/keys_file.hpp"
#include "domain/backup/restore.hpp"
#include "domain/messaging/message_store.hpp"
#include "domain/messaging/queue_store.hpp"
#include "domain/optouts/opt_out_store.hpp"
#include "domain/privacy/account_key.hpp"
#include "domain/privacy/root_key.hpp"
#include "platform/storage/migrate.hpp"
#include "platform/storage/testing/test_database.hpp"

namespace cloudvno::backup {
namespace {

using accounts::testing::TestAccount;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

class BackupTest : public ::testing::Test {
 protected:
  BackupTest() : folder_(temporary_.path() + "/backups") {
    vault_ = open_vault();
    EXPECT_TRUE(privacy::settle_root_key(*db_, *vault_, clock_.now()));
    account_ = TestAccount::open(db_, *vault_, clock_.now());
    other_ = TestAccount::open(db_, *vault_, clock_.now());
  }

  std::unique_ptr<vault::Vault> open_vault() {
    auto vault = vault::Vault::open(temporary_.path() + "/root.key", true);
    EXPECT_TRUE(vault);
    return std::move(*vault);
  }
  MessageSid keep_message(const TestAccount& of, std::string body) {
    messaging::Message message;
    message.sid = MessageSid::make(clock_.now());
    message.account = of.account.sid;
    message.from = *PhoneNumber::parse("+12015550101");
    message.to = *PhoneNumber::parse("+12015550102");
    message.body = std::move(body);
    message.carrier = "sandbox";
    message.created_at = message.updated_at = clock_.now();
    EXPECT_TRUE(db_->transact_now([&](storage::Transaction& tx) -> Result<bool> {
      messaging::insert_message(tx, *of.account.keys, message);
      messaging::enqueue(tx, message, {}, "some node");
      return true;
    }));
    return message.sid;
  }
  std::string back_up() {
    clock_.advance(std::chrono::seconds(1));
    const auto made = make_backup(*db_, *vault_, embedded::migrations(), folder_, clock_.now());
    EXPECT_TRUE(made) << (made ? "" : made.error().detail);
    return made ? made->archive : "";
  }
  std::string keys() const { return fmt::format("{}/{}", folder_, keys_file_name); }
  Result<Contents> restore(storage::testing::TestDatabase& into, vault::Vault& vault,
                           const std::string& archive) {
    return restore_backup(*into, vault, embedded::migrations(), archive, keys(), clock_.now());
  }
  static std::string body_of(storage::testing::TestDatabase& db, const vault::Vault& vault,
                             const TestAccount& of, const MessageSid& sid) {
    const auto found = db->read_now([&](storage::Transaction& tx) -> Result<std::string> {
      TRY_ASSIGN(const auto account, accounts::find_account(tx, vault, of.account.sid));
      TRY_ASSIGN(const auto message,
                 messaging::find_message(tx, *account.keys, of.account.sid, sid));
      return message.body;
    });
    return found ? *found : "(none)";
  }
  static std::int64_t count(storage::testing::TestDatabase& db, std::string_view table) {
    return db
        ->read_now([&](storage::Transaction& tx) -> Result<std::int64_t> {
          const auto rows = tx.query_text(fmt::format("SELECT count(*) FROM {}", table), {});
          return rows->next() ? rows->integer(0) : -1;
        })
        .value();
  }
  static std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static void write_file(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
  }

  storage::testing::TestDatabase db_;
  storage::testing::TemporaryFolder temporary_;
  const std::string folder_;
  ManualClock clock_;
  std::unique_ptr<vault::Vault> vault_;
  TestAccount account_;
  TestAccount other_;
};

TEST_F(BackupTest, BringsEveryRowBackIntoAnEmptyStore) {
  std::vector<MessageSid> sids;
  for (int i = 0; i < 2'500; ++i) sids.push_back(keep_message(account_, fmt::format("text {}", i)));
  const auto archive = back_up();
  const auto later = keep_message(account_, "after the backup");
  storage::testing::TestDatabase into{std::span<const embedded::File>()};
  const auto vault = open_vault();
  const auto restored = restore(into, *vault, archive);
  ASSERT_TRUE(restored) << restored.error().detail << restored.error().text;
  EXPECT_EQ(restored->rows.at("message"), 2'500u);
  for (int i = 0; i < 2'500; i += 499) {
    EXPECT_EQ(body_of(into, *vault, account_, sids[static_cast<std::size_t>(i)]),
              fmt::format("text {}", i));
  }
  EXPECT_EQ(body_of(into, *vault, account_, later), "(none)");
  EXPECT_EQ(count(into, "outbound_queue WHERE submitted_at IS NOT NULL AND owner = 'restored'"),
            2'500);
  EXPECT_EQ(count(into, "api_key"), count(db_, "api_key"));
  EXPECT_EQ(vault->instance().blind_index("a.b", "x"), vault_->instance().blind_index("a.b", "x"));
  EXPECT_TRUE(refuse_half_restored(*into));
}

TEST_F(BackupTest, HoldsNothingInClear) {
  keep_message(account_, "the heron stands in the reeds");
  const auto text = read_file(back_up()) + read_file(keys());
  EXPECT_EQ(text.find("heron"), std::string::npos);
  EXPECT_EQ(text.find("2015550102"), std::string::npos);
  EXPECT_EQ(text.find("outbound_queue"), std::string::npos);
}

TEST_F(BackupTest, ErasesAgainWhoWasErasedAfterTheBackup) {
  const auto sid = keep_message(account_, "planted");
  const auto kept = keep_message(other_, "kept");
  const auto archive = back_up();
  const auto old_keys = read_file(keys());
  ASSERT_TRUE(db_->transact_now([&](storage::Transaction& tx) {
    return privacy::destroy_account_keys(tx, account_.account.sid, clock_.now());
  }));
  ASSERT_TRUE(privacy::turn_root_key(*db_, *vault_, clock_.now()));
  // Yesterday's keys file opens nothing any more.
  storage::testing::TestDatabase early{std::span<const embedded::File>()};
  const auto refused = restore(early, *open_vault(), archive);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().detail, HasSubstr("under another root key"));
  // Today's brings back all but the erased.
  ASSERT_TRUE(
      write_keys_file(*db_, *vault_, *storage::read_catalogue(embedded::migrations()), keys()));
  storage::testing::TestDatabase into{std::span<const embedded::File>()};
  const auto vault = open_vault();
  const auto restored = restore(into, *vault, archive);
  ASSERT_TRUE(restored) << restored.error().detail;
  EXPECT_EQ(body_of(into, *vault, other_, kept), "kept");
  EXPECT_EQ(body_of(into, *vault, account_, sid), "(none)");
  EXPECT_EQ(count(into, "api_key WHERE account_sid = '" + account_.account.sid.str() + "'"), 0);
  EXPECT_EQ(count(into, "erasure WHERE rows_deleted_at IS NULL"), 1) << "rows go in the background";
  write_file(keys(), old_keys);
  EXPECT_FALSE(open_keys_file(keys(), *vault));
}

TEST_F(BackupTest, BringsBackTheOptOutsOfWhoWasErased) {
  const auto pair = [](const vault::Vault& vault) {
    return optouts::pair_index(vault, *PhoneNumber::parse("+12015550101"),
                               *PhoneNumber::parse("+12015550102"));
  };
  ASSERT_TRUE(db_->transact_now([&](storage::Transaction& tx) -> Result<bool> {
    return optouts::insert_opt_out(tx, pair(*vault_), clock_.now());
  }));
  const auto archive = back_up();
  ASSERT_TRUE(db_->transact_now([&](storage::Transaction& tx) {
    return privacy::destroy_account_keys(tx, account_.account.sid, clock_.now());
  }));
  ASSERT_TRUE(privacy::turn_root_key(*db_, *vault_, clock_.now()));
  ASSERT_TRUE(
      write_keys_file(*db_, *vault_, *storage::read_catalogue(embedded::migrations()), keys()));
  storage::testing::TestDatabase into{std::span<const embedded::File>()};
  const auto vault = open_vault();
  ASSERT_TRUE(restore(into, *vault, archive));
  const auto found = into->read_now([&](storage::Transaction& tx) -> Result<bool> {
    const auto same = pair(*vault);
    return optouts::find_opt_out(tx, {&same, 1}).has_value();
  });
  EXPECT_EQ(found, true);
}

TEST_F(BackupTest, OpensAfterTheAccountTurnedItsKey) {
  const auto sid = keep_message(account_, "sealed by the first key");
  const auto archive = back_up();
  ASSERT_TRUE(db_->transact_now([&](storage::Transaction& tx) {
    return privacy::begin_key_turn(tx, *vault_, account_.account.sid, clock_.now());
  }));
  ASSERT_TRUE(db_->transact_now([&](storage::Transaction& tx) -> Result<bool> {
    privacy::end_key_turn(tx, account_.account.sid, clock_.now());
    return true;
  }));
  back_up();
  storage::testing::TestDatabase into{std::span<const embedded::File>()};
  const auto vault = open_vault();
  ASSERT_TRUE(restore(into, *vault, archive));
  EXPECT_EQ(body_of(into, *vault, account_, sid), "sealed by the first key");
}

TEST_F(BackupTest, RefusesAnArchiveWithAnyChange) {
  for (int i = 0; i < 20; ++i) keep_message(account_, "text");
  const auto archive = back_up();
  const auto whole = read_file(archive);
  const auto changed = archive + ".changed";
  const auto refused = [&](const std::string& text) {
    write_file(changed, text);
    return !verify_backup(*vault_, embedded::migrations(), changed);
  };
  EXPECT_FALSE(refused(whole));
  EXPECT_TRUE(refused(whole + "x"));
  for (std::size_t at = 0; at < whole.size(); at += 211) {
    auto text = whole;
    text[at] = static_cast<char>(text[at] ^ 1);
    EXPECT_TRUE(refused(text)) << at;
    EXPECT_TRUE(refused(whole.substr(0, at))) << at;
  }
}

TEST_F(BackupTest, RefusesAKeysFileWithAnyChange) {
  back_up();
  const auto whole = read_file(keys());
  for (std::size_t at = 0; at < whole.size(); at += 37) {
    auto text = whole;
    text[at] = static_cast<char>(text[at] ^ 1);
    write_file(keys(), text);
    EXPECT_FALSE(open_keys_file(keys(), *open_vault())) << at;
    write_file(keys(), whole.substr(0, at));
    EXPECT_FALSE(open_keys_file(keys(), *open_vault())) << at;
  }
}

TEST_F(BackupTest, RefusesAStoreThatHoldsAccounts) {
  const auto archive = back_up();
  const auto restored = restore(db_, *open_vault(), archive);
  ASSERT_FALSE(restored);
  EXPECT_EQ(restored.error().code, Errc::wrong_state);
}

TEST_F(BackupTest, BeginsAnewARestoreThatDidNotEnd) {
  const auto sid = keep_message(account_, "kept");
  const auto archive = back_up();
  storage::testing::TestDatabase into{std::span<const embedded::File>()};
  ASSERT_TRUE(restore(into, *open_vault(), archive));
  ASSERT_TRUE(into->transact_now([&](storage::Transaction& tx) -> Result<bool> {
    tx.run("INSERT INTO restore (backup_id, begun_at) VALUES ('other', 0)");
    tx.run("DELETE FROM message");
    return true;
  }));
  EXPECT_FALSE(refuse_half_restored(*into));
  const auto vault = open_vault();
  const auto restored = restore(into, *vault, archive);
  ASSERT_TRUE(restored) << restored.error().detail;
  EXPECT_EQ(body_of(into, *vault, account_, sid), "kept");
  EXPECT_TRUE(refuse_half_restored(*into));
}

TEST_F(BackupTest, RemovesWhatAnInterruptedBackupLeft) {
  fs::create_directories(folder_);
  write_file(folder_ + "/cloudvno-20260101T000000Z.cvno.partial", "half");
  back_up();
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 2);
}

TEST_F(BackupTest, MovesAStoreWithItsKeys) {
  const auto sid = keep_message(account_, "moved");
  storage::testing::TestDatabase into{std::span<const embedded::File>()};
  const auto moved = move_store(*db_, *into, embedded::migrations(), clock_.now());
  ASSERT_TRUE(moved) << moved.error().detail;
  const auto vault = open_vault();
  ASSERT_TRUE(privacy::settle_root_key(*into, *vault, clock_.now()));
  EXPECT_EQ(body_of(into, *vault, account_, sid), "moved");
  EXPECT_FALSE(move_store(*db_, *into, embedded::migrations(), clock_.now()));
}

}  // namespace
}  // namespace cloudvno::backup
