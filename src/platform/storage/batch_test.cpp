// Many bodies in one transaction.
#include "platform/storage/batch.hpp"

#include <gtest/gtest.h>

#include <deque>

#include "platform/storage/testing/fake_connection.hpp"

namespace cloudvno::storage {
namespace {

using ::testing::ElementsAre;
using testing::FakeConnection;
using testing::FakeStore;
using ::testing::IsEmpty;

class Batch : public ::testing::Test {
 protected:
  void add(std::function<bool(Transaction&)> body) {
    jobs_.emplace_back(std::move(body));
    batch_.push_back(&jobs_.back());
  }
  void add_write(const char* text) {
    add([text](Transaction& tx) { return tx.run(text) == 1; });
  }
  void add_refusal_after(const char* text) {
    add([text](Transaction& tx) {
      tx.run(text);
      return false;
    });
  }
  std::optional<StorageError> run() { return run_batch(connection_, batch_).failure; }

  FakeStore store_;
  FakeConnection connection_{store_};
  std::deque<Job> jobs_;
  std::vector<Job*> batch_;
};

TEST_F(Batch, CommitsAllBodiesOnceWithoutSavepoints) {
  add_write("a");
  add_write("b");
  EXPECT_FALSE(run());
  EXPECT_THAT(store_.committed, ElementsAre("a", "b"));
  EXPECT_THAT(store_.calls, ElementsAre("open", "begin", "a", "b", "commit"));
}

TEST_F(Batch, RollsBackAFailedBodyAlone) {
  add_write("a");
  add_refusal_after("b");
  add_write("c");
  EXPECT_FALSE(run());
  EXPECT_THAT(store_.committed, ElementsAre("a", "c"));
  // The refusal is the body's own answer, not a failure.
  for (const auto& job : jobs_) EXPECT_FALSE(job.failed);
}

TEST_F(Batch, DoesNotRunAgainForARefusalBeforeAnyWrite) {
  int runs = 0;
  add_write("a");
  add([&](Transaction&) {
    ++runs;
    return false;
  });
  EXPECT_FALSE(run());
  EXPECT_EQ(runs, 1);
  EXPECT_THAT(store_.calls, ElementsAre("open", "begin", "a", "commit"));
}

TEST_F(Batch, RunsABodyAtMostTwiceHoweverManyFail) {
  std::array<int, 20> runs{};
  for (auto& count : runs) {
    add([&count](Transaction& tx) {
      ++count;
      tx.run("a");
      return false;
    });
  }
  EXPECT_FALSE(run());
  EXPECT_THAT(store_.committed, IsEmpty());
  EXPECT_EQ(runs[0], 2);
  for (const auto count : runs) EXPECT_LE(count, 2);
}

TEST_F(Batch, NeedsNoSecondRunForASingleBody) {
  add_refusal_after("a");
  EXPECT_FALSE(run());
  EXPECT_THAT(store_.committed, IsEmpty());
  EXPECT_THAT(store_.calls, ElementsAre("open", "begin", "a", "rollback", "begin", "commit"));
}

TEST_F(Batch, AnswersInternalErrorToTheBodyThatThrewAlone) {
  add_write("a");
  add([](Transaction& tx) {
    tx.run("b");
    return tx.run("fault") == 1;
  });
  add([](Transaction&) -> bool { throw 1; });
  add_write("c");
  EXPECT_FALSE(run());
  EXPECT_THAT(store_.committed, ElementsAre("a", "c"));
  EXPECT_FALSE(jobs_[0].failed);
  ASSERT_TRUE(jobs_[1].failed && jobs_[2].failed);
  EXPECT_EQ(jobs_[1].failed->code, Errc::internal_error);
  EXPECT_EQ(jobs_[1].failed->detail, "fault");
  EXPECT_EQ(jobs_[2].failed->code, Errc::internal_error);
  EXPECT_FALSE(jobs_[3].failed);
}

TEST_F(Batch, AnswersServiceUnavailableAloneToABodyThatReadABrokenRow) {
  add([](Transaction&) -> bool { throw StorageError("a text, not an integer"); });
  add_write("a");
  EXPECT_FALSE(run());
  EXPECT_THAT(store_.committed, ElementsAre("a"));
  ASSERT_TRUE(jobs_[0].failed);
  EXPECT_EQ(jobs_[0].failed->code, Errc::service_unavailable);
}

TEST_F(Batch, FailsAllBodiesWhereverTheStoreFails) {
  for (const std::string step : {"begin", "a", "c", "savepoint", "undo", "commit"}) {
    FakeStore store;
    FakeConnection connection(store);
    store.before = [&](std::string_view name) {
      if (name == step) throw StorageError("broken at " + step);
    };
    jobs_.clear();
    batch_.clear();
    add_write("a");
    add_refusal_after("b");
    add_write("c");
    const auto failure = run_batch(connection, batch_).failure;
    ASSERT_TRUE(failure) << step;
    EXPECT_EQ(failure->what(), "broken at " + step);
    EXPECT_FALSE(connection.usable());
    EXPECT_THAT(store.committed, IsEmpty());
    EXPECT_EQ(store.calls.back(), "rollback");
    for (const auto& job : jobs_) {
      ASSERT_TRUE(job.failed) << step;
      EXPECT_EQ(job.failed->code, Errc::service_unavailable);
      EXPECT_EQ(job.failed->retry_after_s, 1);
    }
  }
}

TEST_F(Batch, TakesBackABodyWhoseFaultComesToLightAtTheCommit) {
  add_write("a");
  add_write("late fault");
  add_write("c");
  EXPECT_FALSE(run());
  EXPECT_THAT(store_.committed, ElementsAre("a", "c"));
  ASSERT_TRUE(jobs_[1].failed);
  EXPECT_EQ(jobs_[1].failed->code, Errc::internal_error);
  EXPECT_FALSE(jobs_[0].failed || jobs_[2].failed);
}

TEST_F(Batch, TakesBackASingleBodyWhoseFaultComesToLightAtTheCommit) {
  add_write("late fault");
  EXPECT_FALSE(run());
  EXPECT_THAT(store_.committed, IsEmpty());
  ASSERT_TRUE(jobs_[0].failed);
  EXPECT_EQ(jobs_[0].failed->code, Errc::internal_error);
}

TEST_F(Batch, RunsEachBodyInATransactionOfItsOwnAfterAConflict) {
  int conflicts = 0;
  store_.before = [&](std::string_view name) {
    if (name == "conflict") ++conflicts;
  };
  add_write("a");
  add([&](Transaction& tx) { return tx.run(conflicts == 0 ? "conflict" : "b") == 1; });
  add_write("c");
  EXPECT_FALSE(run());
  EXPECT_THAT(store_.committed, ElementsAre("a", "b", "c"));
  EXPECT_THAT(store_.calls, ElementsAre("open", "begin", "a", "conflict", "rollback", "begin", "a",
                                        "commit", "begin", "b", "commit", "begin", "c", "commit"));
  for (const auto& job : jobs_) EXPECT_FALSE(job.failed);
}

TEST_F(Batch, GivesUpABodyAloneThatConflictsAgainAndAgain) {
  add_write("a");
  add_write("conflict");
  add_write("c");
  EXPECT_FALSE(run());
  EXPECT_THAT(store_.committed, ElementsAre("a", "c"));
  EXPECT_EQ(std::ranges::count(store_.calls, "conflict"), 1 + 2);
  ASSERT_TRUE(jobs_[1].failed);
  EXPECT_EQ(jobs_[1].failed->code, Errc::service_unavailable);
  EXPECT_FALSE(jobs_[0].failed || jobs_[2].failed);
}

TEST_F(Batch, KeepsWhatWasCommittedBeforeAFailureAmongSingleTransactions) {
  int commits = 0;
  store_.before = [&](std::string_view name) {
    if (name == "commit" && ++commits == 2) throw StorageError("gone");
  };
  int runs = 0;
  add_write("a");
  add([&](Transaction& tx) { return tx.run(++runs == 1 ? "conflict" : "b") == 1; });
  add_write("c");
  EXPECT_TRUE(run());
  EXPECT_THAT(store_.committed, ElementsAre("a"));
  EXPECT_FALSE(jobs_[0].failed);
  EXPECT_TRUE(jobs_[1].failed && jobs_[2].failed);
}

TEST_F(Batch, AnswersInvalidParameterToATextThatCannotBeKept) {
  add([](Transaction&) -> bool { throw UnstorableText(); });
  add_write("a");
  EXPECT_FALSE(run());
  EXPECT_THAT(store_.committed, ElementsAre("a"));
  ASSERT_TRUE(jobs_[0].failed);
  EXPECT_EQ(jobs_[0].failed->code, Errc::invalid_parameter);
}

TEST_F(Batch, DoesNotTrustABodyThatSwallowedTheFailure) {
  store_.before = [](std::string_view name) {
    if (name == "b") throw StorageError("broken");
  };
  add_write("a");
  add([](Transaction& tx) {
    try {
      tx.run("b");
    } catch (const std::exception&) {
    }
    return true;
  });
  EXPECT_TRUE(run());
  EXPECT_TRUE(jobs_[0].failed && jobs_[1].failed);
  EXPECT_THAT(store_.committed, IsEmpty());
}

}  // namespace
}  // namespace cloudvno::storage
