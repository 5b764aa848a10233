// Erasure and purge on a disk that is full or fails, until it is mended.
#include "domain/privacy/testing/privacy_test_base.hpp"
#include "platform/storage/testing/faulty_disk.hpp"

namespace cloudvno::privacy {
namespace {

using storage::testing::FaultyDisk;

// Before any file is open.
struct OnFaultyDisk {
  FaultyDisk disk_;
};

class FullDiskTest : OnFaultyDisk, public PrivacyTest {
 protected:
  void SetUp() override {
    if (db_.store().engine() != storage::testing::Engine::sqlite) {
      GTEST_SKIP() << "the server's disk is the server's";
    }
  }
  using OnFaultyDisk::disk_;

  Result<> erase() {
    return db_->transact_now([&](storage::Transaction& tx) {
      return destroy_account_keys(tx, account_.account.sid, clock_.now());
    });
  }
  void expect_gone() {
    for (const auto* table : {"message", "message_part", "media", "media_piece", "webhook_delivery",
                              "idempotency", "outbound_queue"}) {
      EXPECT_EQ(count(table), 0) << table;
    }
  }
};

TEST_F(FullDiskTest, PurgesWhatIsOverOnceThereIsRoomAgain) {
  for (int i = 0; i < 10; ++i) keep_message(account_);
  for (int day = 0; day < 90; ++day) pass(days(1));
  const auto young = keep_message(account_);
  disk_.fail_at(1, FaultyDisk::Fault::disk_full, true);
  pass(days(1));
  EXPECT_TRUE(disk_.has_failed());
  EXPECT_EQ(count("message"), 11) << "nothing half";
  disk_.heal();
  round();
  EXPECT_EQ(count("message"), 1);
  EXPECT_EQ(body_of(account_, young), "Hello");
}

TEST_F(FullDiskTest, SaysThatNothingIsErasedWhereItCouldNotBeKept) {
  const auto sid = keep_message(account_);
  disk_.fail_at(1, FaultyDisk::Fault::disk_full, true);
  const auto refused = erase();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::service_unavailable);
  disk_.heal();
  EXPECT_EQ(body_of(account_, sid), "Hello") << "an erasure is whole or not begun";
  EXPECT_EQ(count("erasure"), 0);
  ASSERT_TRUE(erase());
  clock_.advance(std::chrono::minutes(2));
  round();
  expect_gone();
}

// Each write and sync of the rounds that delete its rows fails once.
TEST_F(FullDiskTest, EndsAnErasureWhicheverWriteFailed) {
  for (const auto kind : {FaultyDisk::Fault::disk_full, FaultyDisk::Fault::io_error}) {
    bool came = true;
    for (int n = 1; came; ++n) {
      ASSERT_LT(n, 2000);
      account_ = open();
      for (int i = 0; i < 3; ++i) keep_message(account_);
      ASSERT_TRUE(erase());
      clock_.advance(std::chrono::minutes(2));
      disk_.fail_at(n, kind);
      round();
      came = disk_.has_failed();
      disk_.heal();
      round();
      clock_.advance(std::chrono::minutes(2));
      round();
      expect_gone();
      EXPECT_EQ(count("erasure WHERE rows_deleted_at IS NULL"), 0) << "call " << n;
      if (HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace cloudvno::privacy
