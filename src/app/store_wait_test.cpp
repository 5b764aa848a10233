// Starting on a slow store.
#include "app/store_wait.hpp"

#include <gtest/gtest.h>

namespace cloudvno::app {
namespace {

Error away() {
  return {Errc::service_unavailable, {}, {}, "did not answer", 1};
}

TEST(StoreWait, TakesAStepAgainUntilTheStoreAnswers) {
  int tries = 0;
  int pauses = 0;
  const auto done = wait_for_store(
      [&]() -> Result<int> {
        if (++tries < 4) return fail(away());
        return 7;
      },
      [&] { ++pauses; });
  ASSERT_TRUE(done);
  EXPECT_EQ(*done, 7);
  EXPECT_EQ(tries, 4);
  EXPECT_EQ(pauses, 3);
}

TEST(StoreWait, EndsWhereTheStoreNeverAnswers) {
  int tries = 0;
  const auto done = wait_for_store(
      [&]() -> Result<> {
        ++tries;
        return fail(away());
      },
      [] {});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Errc::service_unavailable);
  EXPECT_EQ(tries, most_store_tries);
}

TEST(StoreWait, TakesAnyOtherErrorAtOnce) {
  int tries = 0;
  const auto done = wait_for_store([&]() -> Result<> {
    ++tries;
    return fail(Errc::wrong_state, "another version serves");
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(tries, 1);
}

}  // namespace
}  // namespace cloudvno::app
