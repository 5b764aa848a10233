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

  TestDatabase db_{schema, {}, testing::Engine::sqlite};
};

TEST_F(Sqlite, MakesItsFilesForTheOwnerAlone) {
  ASSERT_TRUE(write([](Transaction& tx) { return insert(tx, 1, "one"); }));
  for (const auto& entry : std::filesystem::directory_iterator(db_.store().folder())) {
    struct stat status{};
    ASSERT_EQ(::stat(entry.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u) << entry.path();
  }
}

TEST_F(Sqlite, RunsNoStatementAgainBeforeItsRowsWereRead) {
  const auto done = read([](Transaction& tx) -> Result<> {
    for (int i = 0; i < 2; ++i) {
      constexpr std::string_view sql = "SELECT id FROM item";
      auto rows = tx.query(sql);
      auto again = tx.query(sql);
    }
    return {};
  });
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().detail, HasSubstr("run again before its rows were read"));
}

TEST_F(Sqlite, CopiesItsLogIntoTheFileWhileItIsWrittenAndRead) {
  const Bytes data(256 * 1024, std::uint8_t{7});
  constexpr std::int64_t rows = 600;  // 150 MB
  std::uintmax_t longest = 0;
  for (std::int64_t id = 0; id < rows; ++id) {
    ASSERT_TRUE(db_->transact_now([&](Transaction& tx) -> Result<> {
      tx.run("INSERT INTO item (id, data) VALUES ($1, $2)", id, data);
      return {};
    }));
    longest = std::max(longest, std::filesystem::file_size(db_.store().path() + "-wal"));
    if (id % 50 == 0) EXPECT_EQ(db_->read_now(count), id + 1);
  }
  EXPECT_LT(longest, data.size() * rows / 2);
  EXPECT_EQ(read(count), rows);
  const auto check = read([](Transaction& tx) -> Result<std::string> {
    const auto found = tx.query("PRAGMA integrity_check");
    return found->next() ? std::string(found->text(0)) : "";
  });
  EXPECT_EQ(check, "ok");
}

// What does not fit into the writer's cache goes to the log before the commit, and comes back.
TEST_F(Sqlite, ReadsBackAndTakesBackATransactionLongerThanItsCache) {
  const Bytes data(256 * 1024, std::uint8_t{7});
  constexpr std::int64_t rows = 160;  // 40 MB
  const auto fill = [&](Transaction& tx) {
    for (std::int64_t id = 0; id < rows; ++id) {
      tx.run("INSERT INTO item (id, data) VALUES ($1, $2)", id, data);
    }
    tx.run("UPDATE item SET data = $1 WHERE id < 40", Bytes(256 * 1024, std::uint8_t{8}));
    return count(tx);
  };
  const auto refused = db_->transact_now([&](Transaction& tx) -> Result<std::int64_t> {
    EXPECT_EQ(fill(tx), rows);
    return fail(Errc::wrong_state);
  });
  EXPECT_FALSE(refused);
  EXPECT_EQ(read(count), 0);
  EXPECT_EQ(db_->transact_now(fill), rows);
  EXPECT_EQ(read(count), rows);
  db_.reopen();
  const auto check = read([](Transaction& tx) -> Result<std::string> {
    const auto found = tx.query("PRAGMA integrity_check");
    return found->next() ? std::string(found->text(0)) : "";
  });
  EXPECT_EQ(check, "ok");
  EXPECT_EQ(read(count), rows);
}

TEST_F(Sqlite, WaitsForAnotherProcessThatWrites) {
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(db_.store().path().c_str(), &other), SQLITE_OK);
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
  TestDatabase db(schema, {}, testing::Engine::sqlite);
  boost::asio::io_context context;
  SqliteOptions options;
  options.path = db.store().path();
  options.busy_timeout = std::chrono::milliseconds(1);
  auto second = open_sqlite(options, context.get_executor());
  ASSERT_TRUE(second);
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(db.store().path().c_str(), &other), SQLITE_OK);
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
