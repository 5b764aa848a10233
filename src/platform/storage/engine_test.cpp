// What both engines do alike, through the interface of the store.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <future>
#include <limits>

#include "platform/storage/testing/test_database.hpp"

namespace cloudvno::storage {
namespace {

using testing::Engine;
using ::testing::HasSubstr;
using testing::TestDatabase;

constexpr embedded::File schema[] = {{"0001_test.sql",
                                      "CREATE TABLE item (\n"
                                      "  id BIGINT PRIMARY KEY, -- @plain\n"
                                      "  name TEXT UNIQUE, -- @plain\n"
                                      "  data BYTEA, -- @plain\n"
                                      "  good BOOLEAN -- @plain\n"
                                      ");\n"
                                      "-- @table item key=id account=none\n"}};

Result<std::int64_t> insert(Transaction& tx, std::int64_t id, std::string_view name) {
  return tx.run("INSERT INTO item (id, name) VALUES ($1, $2)", id, name);
}

Result<std::int64_t> count(Transaction& tx) {
  auto rows = tx.query("SELECT count(*) FROM item");
  rows->next();
  return rows->integer(0);
}

class EngineTest : public ::testing::Test {
 protected:
  template <class Body>
  auto write(Body body) {
    return db_.run(db_->transact(std::move(body)));
  }
  template <class Body>
  auto read(Body body) {
    return db_.run(db_->read(std::move(body)));
  }

  // In one batch; answers which of them did it.
  std::vector<bool> write_together(std::vector<net::Task<Result<>>> bodies) {
    std::vector<bool> done(bodies.size());
    for (std::size_t i = 0; i < bodies.size(); ++i) {
      boost::asio::co_spawn(
          db_.context(), std::move(bodies[i]),
          [&, i](const std::exception_ptr&, Result<> one) { done[i] = one.has_value(); });
    }
    db_.context().restart();
    db_.context().run();
    return done;
  }

  bool on_postgres() const { return db_.store().engine() == Engine::postgres; }
  // The engine's own words.
  std::string_view words(std::string_view sqlite, std::string_view postgres) const {
    return on_postgres() ? postgres : sqlite;
  }

  TestDatabase db_{schema};
};

TEST_F(EngineTest, KeepsWhatATransactionWrote) {
  const auto written = write([](Transaction& tx) { return insert(tx, 1, "one"); });
  ASSERT_TRUE(written) << written.error().detail;
  EXPECT_EQ(*written, 1);
  db_.reopen();
  EXPECT_EQ(read(count), 1);
}

TEST_F(EngineTest, CarriesEveryTypeThereAndBack) {
  const Bytes data = {0, 1, 255, 0};
  const auto largest = std::numeric_limits<std::int64_t>::max();
  ASSERT_TRUE(write([&](Transaction& tx) -> Result<> {
    constexpr std::string_view sql =
        "INSERT INTO item (id, name, data, good) VALUES ($1, $2, $3, $4)";
    tx.run(sql, largest, "ünï\n'code", data, true);
    tx.run(sql, std::numeric_limits<std::int64_t>::min(), "", ByteView(), false);
    tx.run(sql, 0, std::nullopt, std::optional<Bytes>(), std::optional<bool>());
    return {};
  }));
  const auto checked = read([&](Transaction& tx) -> Result<> {
    auto rows = tx.query("SELECT id, name, data, good FROM item ORDER BY id");
    EXPECT_TRUE(rows->next());
    EXPECT_EQ(rows->integer(0), std::numeric_limits<std::int64_t>::min());
    EXPECT_FALSE(rows->is_null(1));
    EXPECT_EQ(rows->text(1), "");
    EXPECT_FALSE(rows->is_null(2));
    EXPECT_TRUE(rows->bytes(2).empty());
    EXPECT_FALSE(rows->boolean(3));
    EXPECT_TRUE(rows->next());
    for (int column = 1; column <= 3; ++column) EXPECT_TRUE(rows->is_null(column));
    EXPECT_TRUE(rows->next());
    EXPECT_EQ(rows->integer(0), largest);
    EXPECT_EQ(rows->text(1), "ünï\n'code");
    EXPECT_EQ(rows->copy_bytes(2), data);
    EXPECT_TRUE(rows->boolean(3));
    EXPECT_FALSE(rows->next());
    EXPECT_FALSE(rows->next());
    return {};
  });
  EXPECT_TRUE(checked) << checked.error().detail;
}

// An engine may let inserts wait for each other: nobody who asks sees it.
TEST_F(EngineTest, ShowsABodyWhatItHasInserted) {
  ASSERT_TRUE(write([&](Transaction& tx) -> Result<> {
    for (std::int64_t id = 1; id <= 200; ++id) {
      tx.run("INSERT INTO item (id, name, data, good) VALUES ($1, $2, $3, $4)", id,
             fmt::format("{}", id), id % 2 == 0 ? std::nullopt : std::optional(Bytes{1, 2}),
             std::optional<bool>());
      if (id % 50 == 0) EXPECT_EQ(count(tx), id);
    }
    EXPECT_EQ(insert(tx, 201, "more"), 1);
    tx.run("INSERT INTO item (id, name) VALUES ($1, $2)", 202, "last");
    EXPECT_EQ(tx.run("UPDATE item SET good = $1 WHERE id > $2", true, 200), 2);
    tx.run("INSERT INTO item (id, name) VALUES ($1, $2)", 203, "gone");
    EXPECT_EQ(tx.run("DELETE FROM item WHERE id = $1", 203), 1);
    return {};
  }));
  EXPECT_TRUE(read([&](Transaction& tx) -> Result<> {
    auto rows = tx.query("SELECT id, name, data, good FROM item ORDER BY id");
    for (std::int64_t id = 1; id <= 202; ++id) {
      EXPECT_TRUE(rows->next());
      EXPECT_EQ(rows->integer(0), id);
      if (id <= 200) EXPECT_EQ(rows->text(1), fmt::format("{}", id));
      EXPECT_EQ(rows->is_null(2), id % 2 == 0 || id > 200) << id;
      EXPECT_EQ(rows->is_null(3), id <= 200);
    }
    EXPECT_FALSE(rows->next());
    return {};
  }));
}

TEST_F(EngineTest, FailsOnlyTheBodyWhoseInsertBreaksAConstraint) {
  std::vector<net::Task<Result<>>> bodies;
  for (std::int64_t id = 0; id < 40; ++id) {
    bodies.push_back(db_->transact([id](Transaction& tx) -> Result<> {
      // Each tenth has the number of the one before it.
      tx.run("INSERT INTO item (id, name) VALUES ($1, $2)", id % 10 == 9 ? id - 1 : id,
             fmt::format("{}", id));
      return {};
    }));
  }
  const auto done = write_together(std::move(bodies));
  for (std::size_t i = 0; i < done.size(); ++i) EXPECT_EQ(done[i], i % 10 != 9) << i;
  EXPECT_EQ(read(count), 36);
}

// The fault is found just before the commit, when so many answers are out that some are read.
TEST_F(EngineTest, FailsOnlyTheBodyAtFaultHoweverManyStatementsFollow) {
  ASSERT_TRUE(write([](Transaction& tx) { return insert(tx, 1, "one"); }));
  for (int statements = 1'994; statements <= 2'000; ++statements) {
    std::vector<net::Task<Result<>>> bodies;
    bodies.push_back(db_->transact([](Transaction& tx) -> Result<> {
      tx.run("INSERT INTO item (id, name) VALUES ($1, $2)", 1, "again");
      return {};
    }));
    bodies.push_back(db_->transact([statements](Transaction& tx) -> Result<> {
      for (int i = 0; i < statements; ++i) {
        tx.run("UPDATE item SET good = $1 WHERE id = $2", true, i);
      }
      return {};
    }));
    EXPECT_EQ(write_together(std::move(bodies)), (std::vector<bool>{false, true})) << statements;
  }
}

TEST_F(EngineTest, CarriesTimesAndSids) {
  const auto now = from_micros(1'767'225'600'123'456);
  const auto sid = MessageSid::make(now);
  ASSERT_TRUE(write([&](Transaction& tx) -> Result<> {
    tx.run("INSERT INTO item (id, name) VALUES ($1, $2)", now, sid);
    tx.run("INSERT INTO item (id, name) VALUES ($1, $2)", 1, MessageSid());
    return {};
  }));
  EXPECT_TRUE(read([&](Transaction& tx) -> Result<> {
    auto rows = tx.query("SELECT id, name, NULL FROM item ORDER BY id DESC");
    EXPECT_TRUE(rows->next());
    EXPECT_EQ(rows->time(0), now);
    EXPECT_EQ(rows->optional_time(0), now);
    EXPECT_EQ(rows->optional_time(2), std::nullopt);
    EXPECT_EQ(rows->sid<MessageSid>(1), sid);
    EXPECT_TRUE(rows->next());
    EXPECT_TRUE(rows->sid<MessageSid>(1).is_nil());
    return {};
  }));
}

TEST_F(EngineTest, BindsParametersByTheirNumberWhereverTheyStand) {
  ASSERT_TRUE(write([](Transaction& tx) -> Result<> {
    tx.run("INSERT INTO item (name, id) VALUES ($2, $1)", 5, "five");
    tx.run("UPDATE item SET name = $2 || $1 || $1 WHERE id = $3", "x", "six", 5);
    return {};
  }));
  EXPECT_EQ(read([](Transaction& tx) -> Result<std::string> {
              auto rows = tx.query("SELECT name FROM item WHERE id = $1", 5);
              return rows->next() ? std::string(rows->text(0)) : "";
            }),
            "sixxx");
}

TEST_F(EngineTest, KeepsAQuerysParametersUntilItsLastRow) {
  ASSERT_TRUE(write([](Transaction& tx) -> Result<> {
    for (int i = 0; i < 100; ++i) TRY(insert(tx, i, fmt::format("name {}", i)));
    return {};
  }));
  EXPECT_EQ(read([](Transaction& tx) -> Result<int> {
              auto name = std::make_unique<std::string>("a name long enough to lie on the heap");
              auto rows = tx.query("SELECT id FROM item WHERE name < $1 || id", *name);
              name->assign(name->size(), '\0');
              name.reset();
              int seen = 0;
              while (rows->next()) ++seen;
              return seen;
            }),
            0);
}

TEST_F(EngineTest, CountsTheRowsThatAStatementChanged) {
  EXPECT_EQ(write([](Transaction& tx) -> Result<std::vector<std::int64_t>> {
              std::vector<std::int64_t> counts;
              for (int i = 0; i < 3; ++i) TRY(insert(tx, i, std::to_string(i)));
              counts.push_back(tx.run("UPDATE item SET good = $1", true));
              counts.push_back(tx.run("UPDATE item SET good = $1 WHERE id = 9", true));
              counts.push_back(tx.run("CREATE INDEX item_by_good ON item (good)"));
              counts.push_back(tx.run("SELECT 1"));
              counts.push_back(tx.run("DELETE FROM item WHERE id > $1", 0));
              return counts;
            }),
            (std::vector<std::int64_t>{3, 0, 0, 0, 2}));
}

TEST_F(EngineTest, AnswersRowsOfAStatementThatWrites) {
  const auto named = [](Transaction& tx) -> Result<std::int64_t> {
    auto rows = tx.query(
        "INSERT INTO item (id, name) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE "
        "SET name = excluded.name RETURNING id",
        1, "one");
    return rows->next() ? rows->integer(0) : 0;
  };
  EXPECT_EQ(write(named), 1);
  EXPECT_EQ(write(named), 1);
  EXPECT_EQ(read(count), 1);
}

TEST_F(EngineTest, RunsSqlPutTogetherAtRunTime) {
  ASSERT_TRUE(write([](Transaction& tx) { return insert(tx, 1, "one"); }));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(read([&](Transaction& tx) -> Result<std::int64_t> {
                const std::string sql = fmt::format("SELECT id + {} FROM item WHERE name = $1", i);
                const Parameter parameters[] = {std::string_view("one")};
                auto rows = tx.query_text(sql, parameters);
                return rows->next() ? rows->integer(0) : -1;
              }),
              1 + i);
  }
}

TEST_F(EngineTest, RollsBackARefusedBodyAlone) {
  auto first = write([](Transaction& tx) -> Result<> {
    TRY(insert(tx, 1, "one"));
    return fail(Errc::wrong_state);
  });
  EXPECT_EQ(first.error().code, Errc::wrong_state);
  EXPECT_EQ(read(count), 0);

  // The same among others, of which many share a batch.
  int good = 0;
  for (int i = 0; i < 30; ++i) {
    boost::asio::co_spawn(
        db_.context(),
        [&, i]() -> net::Task<> {
          const auto done = co_await db_->transact([i](Transaction& tx) -> Result<> {
            TRY(insert(tx, i, std::to_string(i)));
            if (i % 3 == 0) return fail(Errc::wrong_state);
            return {};
          });
          if (done) ++good;
        },
        boost::asio::detached);
  }
  db_.context().restart();
  db_.context().run_for(std::chrono::seconds(30));
  EXPECT_EQ(good, 20);
  EXPECT_EQ(read(count), 20);
}

TEST_F(EngineTest, AnswersInternalErrorToABodyWithAStatementAtFault) {
  ASSERT_TRUE(write([](Transaction& tx) { return insert(tx, 1, "one"); }));
  const auto detail_of = [&](auto body) {
    const auto result = write([&](Transaction& tx) -> Result<> {
      tx.run("INSERT INTO item (id) VALUES (99)");
      body(tx);
      return {};
    });
    EXPECT_FALSE(result);
    if (result) return std::string();
    EXPECT_EQ(result.error().code, Errc::internal_error);
    return result.error().detail;
  };
  EXPECT_THAT(
      detail_of([](Transaction& tx) { (void)insert(tx, 1, "secret"); }),
      HasSubstr(words("UNIQUE constraint failed: item.id", "constraint item_pkey of item failed")));
  EXPECT_THAT(detail_of([](Transaction& tx) { (void)insert(tx, 2, "one"); }),
              HasSubstr(words("INSERT: UNIQUE constraint failed: item.name",
                              "INSERT: constraint item_name_key of item failed (23505)")));
  EXPECT_THAT(detail_of([](Transaction& tx) { tx.run("SELEKT 1"); }), HasSubstr("syntax error"));
  EXPECT_THAT(detail_of([](Transaction& tx) { tx.run(""); }), HasSubstr("empty"));
  EXPECT_THAT(detail_of([](Transaction& tx) { tx.run("SELECT 1; SELECT 2"); }),
              HasSubstr("more than one"));
  EXPECT_THAT(detail_of([](Transaction& tx) { tx.run("SELECT $1", 1, 2); }),
              HasSubstr("of 1 parameters is given 2"));
  EXPECT_THAT(detail_of([](Transaction& tx) { tx.run("SELECT $2", 1); }), HasSubstr("no $1"));
  EXPECT_THAT(detail_of([](Transaction&) { throw std::runtime_error("odd"); }), "odd");
  EXPECT_EQ(read(count), 1);
}

TEST_F(EngineTest, FindsAStatementAtFaultWhoseCountNobodyAskedFor) {
  ASSERT_TRUE(write([](Transaction& tx) { return insert(tx, 1, "one"); }));
  std::vector<std::string> outcomes(6);
  for (int i = 0; i < 6; ++i) {
    boost::asio::co_spawn(
        db_.context(),
        [&, i]() -> net::Task<> {
          const auto done = co_await db_->transact([i](Transaction& tx) -> Result<> {
            tx.run("INSERT INTO item (id) VALUES ($1)", 10 + i);
            // The third takes a row that is there, the fifth one of the first.
            tx.run("INSERT INTO item (id) VALUES ($1)", i == 2 ? 1 : i == 4 ? 10 : 20 + i);
            return {};
          });
          outcomes[static_cast<std::size_t>(i)] =
              done ? "kept" : std::string(error_entry(done.error().code).name);
        },
        boost::asio::detached);
  }
  db_.context().restart();
  db_.context().run_for(std::chrono::seconds(30));
  EXPECT_THAT(outcomes, ::testing::ElementsAre("kept", "kept", "internal_error", "kept",
                                               "internal_error", "kept"));
  EXPECT_EQ(read(count), 1 + 4 * 2);
}

TEST_F(EngineTest, TakesBackABodyThatSwallowedAStatementAtFault) {
  if (!on_postgres()) GTEST_SKIP() << "SQLite undoes the statement alone, and the body may go on";
  const auto done = write([](Transaction& tx) -> Result<> {
    tx.run("INSERT INTO item (id) VALUES (1)");
    try {
      tx.query("SELECT nothing FROM nowhere");
    } catch (const std::exception&) {
    }
    return {};
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Errc::internal_error);
  EXPECT_EQ(read(count), 0);
}

TEST_F(EngineTest, GoesOnAfterAReadAtFault) {
  const auto wrong = read([](Transaction& tx) -> Result<> {
    tx.query("SELECT nothing FROM nowhere");
    return {};
  });
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, Errc::internal_error);
  EXPECT_EQ(read(count), 0);
}

TEST_F(EngineTest, AnswersInvalidParameterToATextThatItCannotKeep) {
  using namespace std::string_view_literals;
  for (const auto text : {"nul\0nul"sv, "\xff"sv, "\xed\xa0\x80"sv}) {
    const auto written = write([&](Transaction& tx) -> Result<> {
      tx.run("INSERT INTO item (id, name) VALUES ($1, $2)", 1, text);
      return {};
    });
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, Errc::invalid_parameter);
    const auto looked_for = read([&](Transaction& tx) -> Result<> {
      tx.query("SELECT id FROM item WHERE name = $1", text);
      return {};
    });
    ASSERT_FALSE(looked_for);
    EXPECT_EQ(looked_for.error().code, Errc::invalid_parameter);
  }
  EXPECT_EQ(read(count), 0);
}

TEST_F(EngineTest, TakesAParameterAsNullNowAndWithAValueThen) {
  ASSERT_TRUE(write([](Transaction& tx) -> Result<> {
    const std::optional<std::string> names[] = {std::nullopt, "two", std::nullopt};
    for (int i = 0; i < 3; ++i) {
      tx.run("INSERT INTO item (id, name, data) VALUES ($1, $2, $3)", i, names[i],
             i == 2 ? std::optional<Bytes>(Bytes{7}) : std::nullopt);
    }
    return {};
  }));
  const auto found = [](Transaction& tx) -> Result<std::int64_t> {
    std::int64_t all = 0;
    for (const auto& name : {std::optional<std::string>(), std::optional<std::string>("two")}) {
      const auto rows = tx.query("SELECT id FROM item WHERE name = COALESCE($1, name)", name);
      while (rows->next()) all = all * 10 + rows->integer(0);
    }
    return all;
  };
  EXPECT_EQ(read(found), 11);
}

TEST_F(EngineTest, SortsTextByItsBytes) {
  ASSERT_TRUE(write([](Transaction& tx) -> Result<> {
    int id = 0;
    for (const auto* name : {"b", "a", "B", "_", "ä", "aa", "Z"}) {
      tx.run("INSERT INTO item (id, name) VALUES ($1, $2)", ++id, name);
    }
    return {};
  }));
  EXPECT_EQ(read([](Transaction& tx) -> Result<std::string> {
              std::string all;
              const auto rows = tx.query("SELECT name FROM item ORDER BY name");
              while (rows->next()) all += rows->text(0);
              return all;
            }),
            "BZ_aaabä");
}

TEST_F(EngineTest, RunsOtherStatementsWhileItReadsRows) {
  ASSERT_TRUE(write([](Transaction& tx) -> Result<> {
    for (int i = 0; i < 10; ++i) tx.run("INSERT INTO item (id) VALUES ($1)", i);
    const auto rows = tx.query("SELECT id FROM item WHERE id < 10 ORDER BY id");
    while (rows->next()) {
      const auto again = tx.query("SELECT id FROM item WHERE id = $1", rows->integer(0));
      EXPECT_TRUE(again->next());
      tx.run("INSERT INTO item (id) VALUES ($1)", 100 + rows->integer(0));
    }
    return {};
  }));
  EXPECT_EQ(read(count), 20);
}

TEST_F(EngineTest, CarriesMoreStatementsThanItSendsAhead) {
  ASSERT_TRUE(write([](Transaction& tx) -> Result<> {
    for (int i = 0; i < 5'000; ++i) {
      tx.run("INSERT INTO item (id, data) VALUES ($1, $2)", i, Bytes(100));
    }
    return {};
  }));
  EXPECT_EQ(read(count), 5'000);
}

// Two engines on one store, as two processes are.
class TwoEngines : public EngineTest {
 protected:
  // Adds one to the number in the row's text, `times` times.
  static void add(Database& database, int times) {
    for (int i = 0; i < times; ++i) {
      const auto added = database.transact_now([](Transaction& tx) -> Result<> {
        const auto rows = tx.query_for_update("SELECT name FROM item WHERE id = $1", 1);
        if (!rows->next()) return fail(Errc::not_found);
        const auto next = std::stoi(std::string(rows->text(0))) + 1;
        tx.run("UPDATE item SET name = $2 WHERE id = $1", 1, std::to_string(next));
        return {};
      });
      EXPECT_TRUE(added) << added.error().detail;
    }
  }
  std::string name() {
    return *db_->read_now([](Transaction& tx) -> Result<std::string> {
      const auto rows = tx.query("SELECT name FROM item WHERE id = $1", 1);
      return rows->next() ? std::string(rows->text(0)) : "none";
    });
  }

  std::unique_ptr<Database> other_ = db_.open_another();
};

TEST_F(TwoEngines, LoseNoChangeToARowThatTheyReadForUpdate) {
  ASSERT_TRUE(write([](Transaction& tx) { return insert(tx, 1, "0"); }));
  auto theirs = std::async(std::launch::async, [&] { add(*other_, 100); });
  add(*db_, 100);
  theirs.get();
  EXPECT_EQ(name(), "200");
}

TEST_F(TwoEngines, GiveANameToOneOfThem) {
  const auto take = [](Database& database, std::int64_t first) {
    int taken = 0;
    for (int i = 0; i < 100; ++i) {
      const auto done = database.transact_now([&](Transaction& tx) -> Result<bool> {
        return tx.run("INSERT INTO item (id, name) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
                      first + i, fmt::format("name {}", i)) == 1;
      });
      EXPECT_TRUE(done) << done.error().detail;
      if (done && *done) ++taken;
    }
    return taken;
  };
  auto theirs = std::async(std::launch::async, [&] { return take(*other_, 1000); });
  const int ours = take(*db_, 0);
  EXPECT_EQ(ours + theirs.get(), 100);
  EXPECT_EQ(read(count), 100);
}

TEST_F(TwoEngines, TakeEachRowOfAQueueOnce) {
  ASSERT_TRUE(write([](Transaction& tx) -> Result<> {
    for (int i = 0; i < 200; ++i) tx.run("INSERT INTO item (id) VALUES ($1)", i);
    return {};
  }));
  const auto drain = [](Database& database) {
    std::vector<std::int64_t> all;
    // Bounded: an empty look is no end while the other holds the last rows.
    for (int i = 0; i < 100; ++i) {
      const auto some =
          database.transact_now([](Transaction& tx) -> Result<std::vector<std::int64_t>> {
            std::vector<std::int64_t> ids;
            const auto rows =
                tx.query_free_for_update("SELECT id FROM item ORDER BY id LIMIT $1", 10);
            while (rows->next()) ids.push_back(rows->integer(0));
            for (const auto id : ids) tx.run("DELETE FROM item WHERE id = $1", id);
            return ids;
          });
      EXPECT_TRUE(some) << some.error().detail;
      if (some) all.insert(all.end(), some->begin(), some->end());
    }
    return all;
  };
  auto theirs = std::async(std::launch::async, [&] { return drain(*other_); });
  auto all = drain(*db_);
  const auto others = theirs.get();
  all.insert(all.end(), others.begin(), others.end());
  std::ranges::sort(all);
  ASSERT_EQ(all.size(), 200u);
  for (int i = 0; i < 200; ++i) EXPECT_EQ(all[static_cast<std::size_t>(i)], i);
}

TEST_F(TwoEngines, BothGoOnAfterTheyLockedRowsInOppositeOrder) {
  ASSERT_TRUE(write([](Transaction& tx) -> Result<> {
    tx.run("INSERT INTO item (id, data) VALUES (1, $1), (2, $1)", Bytes{0});
    return {};
  }));
  const auto change = [](Database& database, std::int64_t first, std::int64_t second) {
    int failed = 0;
    for (int i = 0; i < 50; ++i) {
      const auto done = database.transact_now([&](Transaction& tx) -> Result<> {
        (void)tx.query_for_update("SELECT id FROM item WHERE id = $1", first);
        (void)tx.query_for_update("SELECT id FROM item WHERE id = $1", second);
        tx.run("UPDATE item SET good = $2 WHERE id = $1", first, true);
        return {};
      });
      if (!done) ++failed;
    }
    return failed;
  };
  auto theirs = std::async(std::launch::async, [&] { return change(*other_, 2, 1); });
  const int ours = change(*db_, 1, 2);
  // A body may give up, but its process goes on.
  EXPECT_LT(ours + theirs.get(), 50);
  EXPECT_EQ(change(*db_, 1, 2), 0);
  EXPECT_EQ(change(*other_, 2, 1), 0);
}

TEST_F(EngineTest, RefusesAColumnOfAnotherType) {
  ASSERT_TRUE(write([](Transaction& tx) { return insert(tx, 1, "one"); }));
  const auto read_as = [&](auto get) {
    const auto result = read([&](Transaction& tx) -> Result<> {
      auto rows = tx.query("SELECT id, name, data FROM item");
      rows->next();
      get(*rows);
      return {};
    });
    EXPECT_FALSE(result);
    if (result) return std::string();
    EXPECT_EQ(result.error().code, Errc::service_unavailable);
    return result.error().detail;
  };
  EXPECT_THAT(read_as([](Rows& rows) { rows.text(0); }),
              HasSubstr("(id) is an integer, not a text"));
  EXPECT_THAT(read_as([](Rows& rows) { rows.integer(1); }), HasSubstr("is a text"));
  EXPECT_THAT(read_as([](Rows& rows) { rows.bytes(1); }), HasSubstr("is a text"));
  EXPECT_THAT(read_as([](Rows& rows) { rows.text(2); }), HasSubstr("is NULL"));
  EXPECT_THAT(read_as([](Rows& rows) { rows.integer(3); }), HasSubstr("column 3"));
  EXPECT_EQ(read(count), 1);
}

TEST_F(EngineTest, DoesNotWriteOnAReader) {
  const auto result = read([](Transaction& tx) { return insert(tx, 1, "one"); });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::internal_error);
  EXPECT_EQ(result.error().detail, "a body of read() writes");
  EXPECT_EQ(read(count), 0);
}

TEST_F(EngineTest, ShowsAReadWhatWasCommittedBeforeIt) {
  const auto wrong = db_.run([](Database& db) -> net::Task<int> {
    int behind = 0;
    for (int i = 0; i < 200; ++i) {
      co_await db.transact([i](Transaction& tx) { return insert(tx, i, std::to_string(i)); });
      if (co_await db.read(count) != i + 1) ++behind;
    }
    co_return behind;
  }(*db_));
  EXPECT_EQ(wrong, 0);
}

TEST_F(EngineTest, EnforcesForeignKeys) {
  const auto result = write([](Transaction& tx) -> Result<> {
    tx.run("CREATE TABLE part (item BIGINT REFERENCES item (id))");
    tx.run("INSERT INTO part (item) VALUES (77)");
    return {};
  });
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().detail, HasSubstr(words("FOREIGN KEY", "part_item_fkey")));
}

}  // namespace
}  // namespace cloudvno::storage
