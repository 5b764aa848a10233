// Two that share a file, as two processes do.
#include "platform/cluster/change_count.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "platform/storage/testing/test_database.hpp"

namespace cloudvno::cluster {
namespace {

TEST(ChangeCount, OfOneIsSeenByTheOtherAtOnce) {
  const storage::testing::TemporaryFolder folder;
  const auto path = folder.path() + "/changes";
  const auto mine = ChangeCount::open(path);
  const auto other = ChangeCount::open(path);
  ASSERT_TRUE(mine);
  ASSERT_TRUE(other);
  EXPECT_EQ((*mine)->value(), 0u);
  (*other)->count();
  EXPECT_EQ((*mine)->value(), 1u);
  {
    std::vector<std::jthread> threads;
    for (const auto* each : {&*mine, &*other}) {
      threads.emplace_back([&count = **each] {
        for (int i = 0; i < 1'000; ++i) count.count();
      });
    }
  }
  EXPECT_EQ((*mine)->value(), 2'001u);
}

TEST(ChangeCount, GoesOnAfterARestart) {
  const storage::testing::TemporaryFolder folder;
  const auto path = folder.path() + "/changes";
  (*ChangeCount::open(path))->count();
  EXPECT_EQ((*ChangeCount::open(path))->value(), 1u);
}

TEST(ChangeCount, MakesAFileWholeThatACrashLeftEmpty) {
  const storage::testing::TemporaryFolder folder;
  const auto path = folder.path() + "/changes";
  std::ofstream(path).close();
  const auto count = ChangeCount::open(path);
  ASSERT_TRUE(count);
  (*count)->count();
  EXPECT_EQ((*count)->value(), 1u);
}

TEST(ChangeCount, SaysWhereItCannotBe) {
  const auto count = ChangeCount::open("/nowhere/at/all");
  ASSERT_FALSE(count);
  EXPECT_NE(count.error().detail.find("/nowhere/at/all"), std::string::npos);
}

}  // namespace
}  // namespace cloudvno::cluster
