// The PostgreSQL engine when the server is killed or frozen and when the connection breaks.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <future>
#include <mutex>
#include <set>
#include <thread>

#include "platform/storage/postgres/postgres.hpp"
#include "platform/storage/testing/failing_link.hpp"
#include "platform/storage/testing/postgres_server.hpp"
#include "platform/storage/testing/test_database.hpp"

namespace cloudvno::storage {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using testing::Engine;
using testing::FailingLink;
using testing::PostgresServer;

// An engine on a store of its own, or one that others have too.
class Store {
 public:
  Store(const std::string& url, std::chrono::milliseconds answer_wait) {
    PostgresOptions options;
    options.url = url;
    options.answer_wait = answer_wait;
    options.batch.readers = 1;
    auto opened = open_postgres(options, context_.get_executor());
    if (!opened) {
      error_ = opened.error().detail;
      return;
    }
    database_ = std::move(*opened);
  }

  const std::string& error() const { return error_; }

  Result<> write(std::int64_t id, std::size_t size = 1000) {
    const Bytes data(size, static_cast<std::uint8_t>(id));
    return database_->transact_now([&](Transaction& tx) -> Result<> {
      tx.run("INSERT INTO item (id, data) VALUES ($1, $2)", id, data);
      tx.run("INSERT INTO queue (id) VALUES ($1)", id);
      return {};
    });
  }
  std::set<std::int64_t> ids() {
    auto found = database_->read_now([](Transaction& tx) -> Result<std::set<std::int64_t>> {
      std::set<std::int64_t> all;
      const auto rows =
          tx.query("SELECT item.id FROM item JOIN queue ON queue.id = item.id ORDER BY 1");
      while (rows->next()) all.insert(rows->integer(0));
      return all;
    });
    return found ? *found : std::set<std::int64_t>();
  }
  std::int64_t halves() {
    auto found = database_->read_now([](Transaction& tx) -> Result<std::int64_t> {
      const auto rows = tx.query(
          "SELECT (SELECT count(*) FROM item) + (SELECT count(*) FROM queue) - 2 * (SELECT "
          "count(*) FROM item JOIN queue ON queue.id = item.id)");
      return rows->next() ? rows->integer(0) : -1;
    });
    return found ? *found : -1;
  }
  // Tries until a write is kept, as callers do; false if that takes longer than `at_most`.
  bool recovers(std::int64_t& id, std::chrono::seconds at_most = 30s) {
    const auto until = steady_clock::now() + at_most;
    while (!write(++id)) {
      if (steady_clock::now() > until) return false;
      ::poll(nullptr, 0, 10);
    }
    return true;
  }

 private:
  boost::asio::io_context context_;
  std::string error_;
  std::unique_ptr<Database> database_;
};

class PostgresFaults : public ::testing::Test {
 protected:
  void SetUp() override {
    if (testing::engine_of_this_run() != Engine::postgres) GTEST_SKIP() << "is run on PostgreSQL";
    schema_ = server().make_schema();
    server().run(
        fmt::format("SET search_path = {}; CREATE TABLE item (id BIGINT PRIMARY KEY, data BYTEA);"
                    "CREATE TABLE queue (id BIGINT PRIMARY KEY)",
                    schema_));
  }

  static PostgresServer& server() { return PostgresServer::shared(); }
  std::string url() const { return server().url_of_schema(schema_); }

  // All that was acknowledged is there, and nothing by half.
  void expect_kept(const std::set<std::int64_t>& acknowledged, const std::string& where) {
    Store store(url(), 20s);
    ASSERT_EQ(store.error(), "") << where;
    EXPECT_TRUE(std::ranges::includes(store.ids(), acknowledged)) << where;
    EXPECT_EQ(store.halves(), 0) << where;
  }

  std::string schema_;
};

TEST_F(PostgresFaults, LoseNothingAcknowledgedWhicheverMessageTheConnectionIsCutAt) {
  FailingLink link(server());
  std::set<std::int64_t> acknowledged;
  std::int64_t id = 0;
  int n = 1;
  for (bool came = true; came && n < 400 && !HasFailure(); ++n) {
    const auto where = fmt::format("cut at message {}", n);
    link.fail_at(n, FailingLink::Fault::cut);
    auto store = std::make_unique<Store>(link.url_of_schema(schema_), 20s);
    if (!store->error().empty()) {
      store = std::make_unique<Store>(link.url_of_schema(schema_), 20s);
    }
    ASSERT_EQ(store->error(), "") << where;
    int failed = 0;
    for (int i = 0; i < 4; ++i) {
      const auto written = store->write(++id);
      if (written) {
        acknowledged.insert(id);
        continue;
      }
      ++failed;
      EXPECT_EQ(written.error().code, Errc::service_unavailable) << where;
      ASSERT_TRUE(store->recovers(id)) << where;
      acknowledged.insert(id);
    }
    EXPECT_LE(failed, 1) << where << ": one cut, one failure";
    came = link.has_failed();
    link.heal();
    store.reset();
    if (n % 20 == 0) expect_kept(acknowledged, where);
  }
  EXPECT_GT(n, 60) << "the fault came too seldom to say anything";
  EXPECT_LT(n, 400);
  expect_kept(acknowledged, "at the end");
}

TEST_F(PostgresFaults, LoseNothingAcknowledgedWhicheverMessageTheLinkFallsSilentAt) {
  FailingLink link(server());
  std::set<std::int64_t> acknowledged;
  std::int64_t id = 0;
  int n = 30;  // behind the setting up of sessions
  for (bool came = true; came && n < 400 && !HasFailure(); n += 11) {
    const auto where = fmt::format("silent from message {} on", n);
    Store store(link.url_of_schema(schema_), 150ms);
    ASSERT_EQ(store.error(), "") << where;
    link.fail_at(n, FailingLink::Fault::silence);
    for (int i = 0; i < 8 && !link.has_failed(); ++i) {
      const auto written = store.write(++id);
      if (written) acknowledged.insert(id);
      if (!written) EXPECT_EQ(written.error().code, Errc::service_unavailable) << where;
    }
    came = link.has_failed();
    for (int i = 0; came && i < 2; ++i) {
      const auto written = store.write(++id);
      ASSERT_FALSE(written) << where;
      EXPECT_EQ(written.error().code, Errc::service_unavailable) << where;
    }
    link.heal();
    ASSERT_TRUE(store.recovers(id)) << where;
    acknowledged.insert(id);
  }
  expect_kept(acknowledged, "at the end");
}

TEST_F(PostgresFaults, LoseNothingAcknowledgedWhenTheServerIsKilled) {
  PostgresServer own;
  own.run(
      "CREATE TABLE item (id BIGINT PRIMARY KEY, data BYTEA);"
      "CREATE TABLE queue (id BIGINT PRIMARY KEY)");
  Store store(own.url(), 20s);
  ASSERT_EQ(store.error(), "");
  std::mutex mutex;
  std::set<std::int64_t> acknowledged;
  std::atomic<std::int64_t> next = 0;
  std::int64_t id = 1'000'000;
  for (int round = 0; round < 4; ++round) {
    std::atomic<int> heard = 0;
    std::atomic<bool> down = false;
    {
      std::vector<std::jthread> threads;
      for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&] {
          while (!down) {
            const auto mine = ++next;
            if (!store.write(mine)) continue;
            const std::scoped_lock lock(mutex);
            acknowledged.insert(mine);
            ++heard;
          }
        });
      }
      while (heard < 50 + 37 * round) ::poll(nullptr, 0, 1);
      own.kill();
      down = true;
    }
    EXPECT_FALSE(store.write(++id));
    own.start();
    ASSERT_TRUE(store.recovers(id));
    EXPECT_TRUE(std::ranges::includes(store.ids(), acknowledged)) << "round " << round;
    EXPECT_EQ(store.halves(), 0);
  }
}

TEST_F(PostgresFaults, AnswerAllWhoWaitWhileTheServerIsFrozenAndGoOnAfterIt) {
  PostgresServer own;
  own.run(
      "CREATE TABLE item (id BIGINT PRIMARY KEY, data BYTEA);"
      "CREATE TABLE queue (id BIGINT PRIMARY KEY)");
  std::int64_t id = 1'000'000;
  auto store = std::make_unique<Store>(own.url(), 300ms);
  ASSERT_EQ(store->error(), "");
  ASSERT_TRUE(store->write(++id));
  own.freeze();
  {
    std::atomic<std::int64_t> next = 0;
    std::vector<std::jthread> threads;
    for (int t = 0; t < 20; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 3; ++i) {
          const auto written = store->write(++next);
          ASSERT_FALSE(written);
          EXPECT_EQ(written.error().code, Errc::service_unavailable);
          EXPECT_EQ(written.error().retry_after_s, 1);
        }
      });
    }
  }
  EXPECT_TRUE(store->ids().empty());
  own.thaw();
  ASSERT_TRUE(store->recovers(id));
  EXPECT_EQ(store->halves(), 0);
  // Nor does its end wait for the server.
  own.freeze();
  EXPECT_FALSE(store->write(++id));
  store.reset();
  own.thaw();
}

TEST_F(PostgresFaults, FailTheBodyAloneThatWaitsForALockedRow) {
  server().run(fmt::format("INSERT INTO {}.item (id) VALUES (77)", schema_));
  // Somebody else holds a row and does not let go.
  boost::asio::io_context context;
  PostgresOptions options{url(), {}, 20s};
  const auto holder = open_postgres(options, context.get_executor());
  ASSERT_TRUE(holder);
  std::promise<void> held;
  std::promise<void> release;
  std::jthread holding([&] {
    (void)(*holder)->transact_now([&](Transaction& tx) -> Result<> {
      (void)tx.query_for_update("SELECT id FROM item WHERE id = $1", 77);
      held.set_value();
      release.get_future().wait();
      return {};
    });
  });
  held.get_future().wait();
  boost::asio::io_context home;
  options.answer_wait = 500ms;
  const auto database = open_postgres(options, home.get_executor());
  ASSERT_TRUE(database);
  std::atomic<int> kept = 0;
  Result<> blocked;
  {
    std::vector<std::jthread> threads;
    threads.emplace_back([&] {
      blocked = (*database)->transact_now([&](Transaction& tx) -> Result<> {
        tx.run("UPDATE item SET data = $2 WHERE id = $1", 77, Bytes{1});
        return {};
      });
    });
    for (int i = 0; i < 10; ++i) {
      threads.emplace_back([&, i] {
        if ((*database)->transact_now([&](Transaction& tx) -> Result<> {
              tx.run("INSERT INTO item (id) VALUES ($1)", 1000 + i);
              tx.run("INSERT INTO queue (id) VALUES ($1)", 1000 + i);
              return {};
            })) {
          ++kept;
        }
      });
    }
  }
  release.set_value();
  ASSERT_FALSE(blocked);
  EXPECT_EQ(blocked.error().code, Errc::service_unavailable);
  EXPECT_EQ(kept, 10);
}

}  // namespace
}  // namespace cloudvno::storage
