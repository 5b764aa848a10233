// The SQLite engine through the interface of the store.
#include "platform/storage/sqlite/sqlite.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <fstream>
#include <future>
#include <limits>

#include "platform/storage/testing/test_database.hpp"

namespace cloudvno::storage {
namespace {

using ::testing::HasSubstr;
using testing::TemporaryFolder;
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

class Sqlite : public ::testing::Test {
 protected:
  template <class Body>
  auto write(Body body) {
    return db_.run(db_->transact(std::move(body)));
  }
  template <class Body>
  auto read(Body body) {
    return db_.run(db_->read(std::move(body)));
  }

  TestDatabase db_{schema};
};

TEST_F(Sqlite, KeepsWhatATransactionWrote) {
  const auto written = write([](Transaction& tx) { return insert(tx, 1, "one"); });
  ASSERT_TRUE(written) << written.error().detail;
  EXPECT_EQ(*written, 1);
  db_.reopen();
  EXPECT_EQ(read(count), 1);
}

TEST_F(Sqlite, MakesItsFilesForTheOwnerAlone) {
  ASSERT_TRUE(write([](Transaction& tx) { return insert(tx, 1, "one"); }));
  for (const auto& entry : std::filesystem::directory_iterator(db_.folder())) {
    struct stat status{};
    ASSERT_EQ(::stat(entry.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u) << entry.path();
  }
}

TEST_F(Sqlite, CarriesEveryTypeThereAndBack) {
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

TEST_F(Sqlite, CarriesTimesAndSids) {
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

TEST_F(Sqlite, BindsParametersByTheirNumberWhereverTheyStand) {
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

TEST_F(Sqlite, KeepsAQuerysParametersUntilItsLastRow) {
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

TEST_F(Sqlite, CountsTheRowsThatAStatementChanged) {
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

TEST_F(Sqlite, AnswersRowsOfAStatementThatWrites) {
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

TEST_F(Sqlite, RunsSqlPutTogetherAtRunTime) {
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

TEST_F(Sqlite, RollsBackARefusedBodyAlone) {
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

TEST_F(Sqlite, AnswersInternalErrorToABodyWithAStatementAtFault) {
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
  EXPECT_THAT(detail_of([](Transaction& tx) { (void)insert(tx, 1, "secret"); }),
              HasSubstr("UNIQUE constraint failed: item.id"));
  EXPECT_THAT(detail_of([](Transaction& tx) { (void)insert(tx, 2, "one"); }),
              HasSubstr("INSERT: UNIQUE constraint failed: item.name"));
  EXPECT_THAT(detail_of([](Transaction& tx) { tx.run("SELEKT 1"); }), HasSubstr("syntax error"));
  EXPECT_THAT(detail_of([](Transaction& tx) { tx.run(""); }), HasSubstr("empty"));
  EXPECT_THAT(detail_of([](Transaction& tx) { tx.run("SELECT 1; SELECT 2"); }),
              HasSubstr("more than one"));
  EXPECT_THAT(detail_of([](Transaction& tx) { tx.run("SELECT $1", 1, 2); }),
              HasSubstr("of 1 parameters is given 2"));
  EXPECT_THAT(detail_of([](Transaction& tx) { tx.run("SELECT $2", 1); }), HasSubstr("no $1"));
  EXPECT_THAT(detail_of([](Transaction& tx) {
                for (int i = 0; i < 2; ++i) {
                  constexpr std::string_view sql = "SELECT id FROM item";
                  auto rows = tx.query(sql);
                  auto again = tx.query(sql);
                }
              }),
              HasSubstr("run again before its rows were read"));
  EXPECT_THAT(detail_of([](Transaction&) { throw std::runtime_error("odd"); }), "odd");
  EXPECT_EQ(read(count), 1);
}

TEST_F(Sqlite, RefusesAColumnOfAnotherType) {
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

TEST_F(Sqlite, DoesNotWriteOnAReader) {
  const auto result = read([](Transaction& tx) { return insert(tx, 1, "one"); });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::internal_error);
  EXPECT_EQ(result.error().detail, "a body of read() writes");
  EXPECT_EQ(read(count), 0);
}

TEST_F(Sqlite, ShowsAReadWhatWasCommittedBeforeIt) {
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

TEST_F(Sqlite, EnforcesForeignKeys) {
  const auto result = write([](Transaction& tx) -> Result<> {
    tx.run("CREATE TABLE part (item BIGINT REFERENCES item (id))");
    tx.run("INSERT INTO part (item) VALUES (77)");
    return {};
  });
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().detail, HasSubstr("FOREIGN KEY"));
}

TEST_F(Sqlite, WaitsForAnotherProcessThatWrites) {
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(db_.path().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE; INSERT INTO item (id) VALUES (1)", nullptr,
                         nullptr, nullptr),
            SQLITE_OK);
  auto ours = std::async(std::launch::async, [&] {
    return db_->transact_now([](Transaction& tx) { return insert(tx, 2, "two"); });
  });
  EXPECT_EQ(db_->read_now(count), 0);
  ASSERT_EQ(sqlite3_exec(other, "COMMIT", nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_TRUE(ours.get());
  EXPECT_EQ(read(count), 2);
  sqlite3_close(other);
}

TEST(SqliteFile, IsBusyOnlySoLongAsTheOptionSays) {
  TestDatabase db(schema);
  boost::asio::io_context context;
  SqliteOptions options;
  options.path = db.path();
  options.busy_timeout = std::chrono::milliseconds(1);
  auto second = open_sqlite(options, context.get_executor());
  ASSERT_TRUE(second);
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(db.path().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  const auto one = [](Transaction& tx) { return insert(tx, 1, "one"); };
  const auto busy = (*second)->transact_now(one);
  ASSERT_FALSE(busy);
  EXPECT_EQ(busy.error().code, Errc::service_unavailable);
  EXPECT_THAT(busy.error().detail, HasSubstr("locked"));
  ASSERT_EQ(sqlite3_exec(other, "COMMIT", nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_TRUE((*second)->transact_now(one));
  sqlite3_close(other);
}

TEST(SqliteFile, IsRefusedWithItsNameWhenItCannotBeUsed) {
  const TemporaryFolder folder;
  boost::asio::io_context context;
  const auto error_of = [&](const std::string& path) {
    SqliteOptions options;
    options.path = path;
    const auto opened = open_sqlite(options, context.get_executor());
    return opened ? "" : opened.error().detail;
  };
  const auto missing = folder.path() + "/none/store.db";
  EXPECT_THAT(error_of(missing), HasSubstr(missing));
  const auto garbage = folder.path() + "/garbage.db";
  std::ofstream(garbage) << std::string(10'000, 'x');
  EXPECT_THAT(error_of(garbage), HasSubstr("not a database"));
  EXPECT_NE(error_of(folder.path()), "");
}

}  // namespace
}  // namespace cloudvno::storage
