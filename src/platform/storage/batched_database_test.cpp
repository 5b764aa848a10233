// Queues, batches and completions of the database, on a fake engine.
#include "platform/storage/batched_database.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <latch>

#include "platform/net/testing/run.hpp"
#include "platform/storage/testing/fake_connection.hpp"

namespace cloudvno::storage {
namespace {

namespace asio = boost::asio;
using testing::FakeConnection;
using testing::FakeStore;
using namespace std::chrono_literals;

class BatchedDatabaseTest : public ::testing::Test {
 protected:
  void open(const BatchOptions& options = {}) {
    db_ = std::make_unique<BatchedDatabase>(
        [this](bool writer) { return std::make_unique<FakeConnection>(writer ? written_ : read_); },
        options, context_.get_executor());
  }
  net::Task<Result<std::int64_t>> write(const char* text) {
    return db_->transact([text](Transaction& tx) -> Result<std::int64_t> { return tx.run(text); });
  }
  template <class T>
  T run(net::Task<T> task) {
    return net::testing::run(context_, std::move(task));
  }
  // Lets the writer begin a body and then wait, so that what is sent meanwhile lies in the queue.
  void hold_writer() {
    asio::co_spawn(
        context_,
        [this]() -> net::Task<> {
          co_await db_->transact([this](Transaction&) -> Result<> {
            held_.count_down();
            released_.wait();
            return {};
          });
        },
        asio::detached);
    context_.restart();
    context_.poll();
    held_.wait();
  }
  void release_writer() { released_.count_down(); }
  // As many as are worth a commit ahead, in one transaction; the first begins while the writer is
  // held. Answers how many were kept, once they are answered.
  void start_writes(int count, int& kept, int& failed) {
    for (int i = 0; i < count; ++i) {
      asio::co_spawn(
          context_,
          [&]() -> net::Task<> {
            const auto result = co_await write("a");
            ++(result ? kept : failed);
          },
          asio::detached);
    }
    context_.restart();
    context_.poll();
  }
  void run_all() {
    context_.restart();
    context_.run_for(30s);
    ASSERT_TRUE(context_.stopped());
  }

  asio::io_context context_{1};
  FakeStore written_;
  FakeStore read_;
  std::latch held_{1};
  std::latch released_{1};
  std::unique_ptr<BatchedDatabase> db_;
};

TEST_F(BatchedDatabaseTest, AnswersTheBodysValueOnceItIsCommitted) {
  open();
  EXPECT_EQ(run(write("a")), 1);
  EXPECT_EQ(written_.committed, std::vector<std::string>{"a"});
}

TEST_F(BatchedDatabaseTest, AnswersTheBodysErrorAsItIs) {
  open();
  const auto result =
      run(db_->transact([](Transaction&) -> Result<> { return fail(Errc::unsubscribed, "no"); }));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::unsubscribed);
  EXPECT_EQ(result.error().text, "no");
}

TEST_F(BatchedDatabaseTest, ReadsOnAReader) {
  open();
  EXPECT_EQ(run(db_->read([](Transaction&) -> Result<int> { return 7; })), 7);
  EXPECT_EQ(db_->read_now([](Transaction&) -> Result<int> { return 8; }), 8);
  EXPECT_EQ(written_.calls, std::vector<std::string>{"open"});
}

TEST_F(BatchedDatabaseTest, CommitsInOneTransactionInOrderWhatCameDuringTheLast) {
  open();
  hold_writer();
  for (const auto* text : {"a", "b", "c"}) {
    asio::co_spawn(
        context_, [this, text]() -> net::Task<> { EXPECT_TRUE(co_await write(text)); },
        asio::detached);
  }
  context_.restart();
  context_.poll();
  release_writer();
  run_all();
  EXPECT_THAT(written_.calls,
              ::testing::ElementsAre("open", "begin", "commit", "begin", "a", "b", "c", "commit"));
}

TEST_F(BatchedDatabaseTest, KeepsTogetherWhatResumedWaitersWriteNext) {
  open();
  hold_writer();
  constexpr int waiters = 20;
  for (int i = 0; i < waiters; ++i) {
    asio::co_spawn(
        context_,
        [this]() -> net::Task<> {
          for (int round = 0; round < 5; ++round) EXPECT_TRUE(co_await write("a"));
        },
        asio::detached);
  }
  context_.restart();
  context_.poll();
  release_writer();
  run_all();
  EXPECT_EQ(written_.committed.size(), 5u * waiters);
  // One for the held body and one for each round.
  EXPECT_EQ(std::ranges::count(written_.calls, "commit"), 1 + 5);
}

TEST_F(BatchedDatabaseTest, TakesNoMoreThanTheLimitIntoOneBatch) {
  BatchOptions options;
  options.most_writes_a_batch = 4;
  open(options);
  hold_writer();
  for (int i = 0; i < 10; ++i) {
    asio::co_spawn(
        context_, [this]() -> net::Task<> { EXPECT_TRUE(co_await write("a")); }, asio::detached);
  }
  context_.restart();
  context_.poll();
  release_writer();
  run_all();
  EXPECT_EQ(std::ranges::count(written_.calls, "commit"), 1 + 3);
}

TEST_F(BatchedDatabaseTest, RefusesAtOnceWhatTheQueueCannotHold) {
  BatchOptions options;
  options.most_waiting = 3;
  open(options);
  hold_writer();
  int accepted = 0;
  std::vector<Error> refused;
  for (int i = 0; i < 5; ++i) {
    asio::co_spawn(
        context_,
        [&]() -> net::Task<> {
          const auto result = co_await write("a");
          if (result) ++accepted;
          if (!result) refused.push_back(result.error());
        },
        asio::detached);
  }
  context_.restart();
  context_.poll();
  // The refusals are there while the writer still waits.
  ASSERT_EQ(refused.size(), 2u);
  EXPECT_EQ(refused[0].code, Errc::service_unavailable);
  EXPECT_EQ(refused[0].retry_after_s, 1);
  EXPECT_FALSE(db_->transact_now([](Transaction&) -> Result<> { return {}; }));
  release_writer();
  run_all();
  EXPECT_EQ(accepted, 3);
}

TEST_F(BatchedDatabaseTest, IsNotCancelledWhileABodyMayRun) {
  open();
  hold_writer();
  asio::cancellation_signal signal;
  bool finished = false;
  asio::co_spawn(
      context_,
      [&]() -> net::Task<> {
        const auto result = co_await write("a");
        EXPECT_TRUE(result);
        finished = true;
      },
      asio::bind_cancellation_slot(signal.slot(), asio::detached));
  context_.restart();
  context_.poll();
  signal.emit(asio::cancellation_type::all);
  context_.restart();
  context_.poll();
  EXPECT_FALSE(finished);
  release_writer();
  run_all();
  EXPECT_TRUE(finished);
}

TEST_F(BatchedDatabaseTest, ResumesTheOtherWaitersWhenOneThrows) {
  open();
  hold_writer();
  int resumed = 0;
  for (int i = 0; i < 3; ++i) {
    asio::co_spawn(
        context_,
        [&, i]() -> net::Task<> {
          EXPECT_TRUE(co_await write("a"));
          ++resumed;
          if (i == 0) throw std::runtime_error("first");
        },
        [](std::exception_ptr error) {
          if (error) std::rethrow_exception(error);
        });
  }
  context_.restart();
  context_.poll();
  release_writer();
  context_.restart();
  EXPECT_THROW(context_.run_for(30s), std::runtime_error);
  run_all();
  EXPECT_EQ(resumed, 3);
}

TEST_F(BatchedDatabaseTest, FinishesWhatWaitsBeforeItIsDestroyed) {
  open();
  hold_writer();
  int answered = 0;
  for (int i = 0; i < 5; ++i) {
    asio::co_spawn(
        context_,
        [&]() -> net::Task<> {
          if (co_await write("a")) ++answered;
        },
        asio::detached);
  }
  context_.restart();
  context_.poll();
  release_writer();
  db_.reset();
  EXPECT_EQ(written_.committed.size(), 5u);
  run_all();
  EXPECT_EQ(answered, 5);
}

TEST_F(BatchedDatabaseTest, LeavesNothingBehindWhenItsHomeStopsFirst) {
  open();
  auto alive = std::make_shared<int>();
  auto home = std::make_unique<asio::io_context>(1);
  BatchedDatabase db([this](bool) { return std::make_unique<FakeConnection>(written_); }, {},
                     home->get_executor());
  std::latch polled(1);
  asio::co_spawn(
      *home,
      [&, alive]() -> net::Task<> {
        co_await db.transact([&](Transaction&) -> Result<> {
          polled.wait();
          return {};
        });
        *alive = 1;
      },
      asio::detached);
  home->poll();
  polled.count_down();
  // Ordered after the first body's completion was posted.
  EXPECT_TRUE(db.transact_now([](Transaction&) -> Result<> { return {}; }));
  home.reset();
  EXPECT_EQ(alive.use_count(), 1);
  EXPECT_EQ(*alive, 0);
}

TEST_F(BatchedDatabaseTest, OpensTheConnectionAnewAfterAFailureAndGoesOn) {
  open();
  std::atomic<bool> broken = true;
  written_.before = [&](std::string_view name) {
    if (broken && name == "commit") throw StorageError("no space");
  };
  const auto failed = run(write("a"));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Errc::service_unavailable);
  EXPECT_EQ(failed.error().retry_after_s, 1);
  EXPECT_EQ(failed.error().detail, "the store failed: no space");
  broken = false;
  EXPECT_TRUE(run(write("b")));
  EXPECT_EQ(written_.opened, 2);
  EXPECT_EQ(written_.committed, std::vector<std::string>{"b"});
}

TEST_F(BatchedDatabaseTest, AnswersAtOnceBetweenAttemptsToOpen) {
  BatchOptions options;
  options.first_retry = 1h;
  options.longest_retry = 1h;
  open(options);
  written_.before = [&](std::string_view) { throw StorageError("no disk"); };
  EXPECT_FALSE(run(write("a")));  // fails at begin
  EXPECT_FALSE(run(write("a")));  // fails at open
  written_.calls.clear();
  for (int i = 0; i < 10; ++i) {
    const auto failed = run(write("a"));
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, Errc::service_unavailable);
  }
  EXPECT_TRUE(written_.calls.empty());
  // Readers go on.
  EXPECT_TRUE(run(db_->read([](Transaction&) -> Result<> { return {}; })));
}

TEST_F(BatchedDatabaseTest, TriesAgainOnceTheWaitIsOver) {
  BatchOptions options;
  options.first_retry = 0ms;
  options.longest_retry = 0ms;
  open(options);
  int fails_left = 4;
  written_.before = [&](std::string_view) {
    if (fails_left-- > 0) throw StorageError("no disk");
  };
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(run(write("a")));
  EXPECT_TRUE(run(write("a")));
}

TEST_F(BatchedDatabaseTest, IsNotOpenedWhereAConnectionIsNot) {
  read_.before = [](std::string_view) { throw StorageError("no file"); };
  EXPECT_THROW(open(), StorageError);
}

// A store whose sync waits until it is told to end.
class CommitAhead : public BatchedDatabaseTest {
 protected:
  CommitAhead() {
    written_.commits_ahead = true;
    written_.before = [this](std::string_view name) {
      if (name != "sync") return;
      syncing_.count_down();
      sync_may_end_.wait();
      if (sync_fails_) throw StorageError("no disk");
    };
    open();
    hold_writer();
    start_writes(many, kept_, failed_);
    release_writer();
    syncing_.wait();
  }

  static constexpr int many = 20;
  std::latch syncing_{1};
  std::latch sync_may_end_{1};
  std::atomic<bool> sync_fails_ = false;
  int kept_ = 0;
  int failed_ = 0;
};

TEST_F(CommitAhead, AnswersOnlyWhatIsOnTheDisk) {
  context_.restart();
  context_.run_for(10ms);
  EXPECT_EQ(kept_ + failed_, 0);
  sync_may_end_.count_down();
  run_all();
  EXPECT_EQ(kept_, many);
}

TEST_F(CommitAhead, GathersInOneTransactionWhatComesDuringASync) {
  int later = 0;
  for (int i = 0; i < 3; ++i) start_writes(1, later, failed_);
  sync_may_end_.count_down();
  run_all();
  EXPECT_EQ(later, 3);
  // Of the held body, of the many, and of the three.
  EXPECT_EQ(std::ranges::count(written_.calls, "commit"), 3);
  EXPECT_EQ(std::ranges::count(written_.calls, "sync"), 1);
}

TEST_F(CommitAhead, KeepsBackWhatWasReadMeanwhile) {
  bool read = false;
  asio::co_spawn(
      context_,
      [&]() -> net::Task<> {
        EXPECT_TRUE(co_await db_->read([](Transaction&) -> Result<> { return {}; }));
        read = true;
      },
      asio::detached);
  context_.restart();
  context_.run_for(10ms);
  EXPECT_FALSE(read);
  sync_may_end_.count_down();
  run_all();
  EXPECT_TRUE(read);
}

TEST_F(CommitAhead, FailsAllWhoseSyncFailedAndGoesOnWithAnotherConnection) {
  sync_fails_ = true;
  int later = 0;
  int lost = 0;
  start_writes(1, later, lost);  // in a transaction that is open by now, or in the next
  sync_may_end_.count_down();
  run_all();
  EXPECT_EQ(kept_, 0);
  EXPECT_EQ(failed_, many);
  EXPECT_EQ(later + lost, 1);
  EXPECT_TRUE(run(write("b")));
  EXPECT_EQ(written_.opened, 2);
}

TEST_F(CommitAhead, FinishesASyncBeforeItIsDestroyed) {
  sync_may_end_.count_down();
  db_.reset();
  run_all();
  EXPECT_EQ(kept_, many);
}

TEST_F(BatchedDatabaseTest, TakesBodiesFromManyThreads) {
  open();
  std::atomic<int> done = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        const auto body = [](Transaction& tx) -> Result<std::int64_t> { return tx.run("a"); };
        const auto look = [](Transaction&) -> Result<> { return {}; };
        if (db_->transact_now(body) && db_->read_now(look)) ++done;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(done, 200);
  EXPECT_EQ(written_.committed.size(), 200u);
}

}  // namespace
}  // namespace cloudvno::storage
