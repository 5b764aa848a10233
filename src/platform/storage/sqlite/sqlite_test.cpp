// The SQLite engine through the interface of the store.
#include "platform/storage/sqlite/sqlite.hpp"

#include <gtest/gtest.h>

#include "platform/storage/testing/test_database.hpp"

namespace cloudvno::storage {
namespace {

using testing::TestDatabase;

constexpr embedded::File schema[] = {{"0001_test.sql",
                                      "CREATE TABLE item (\n"
                                      "  id BIGINT PRIMARY KEY, -- @plain\n"
                                      "  name TEXT, -- @plain\n"
                                      "  data BYTEA, -- @plain\n"
                                      "  good BOOLEAN -- @plain\n"
                                      ");\n"}};

Result<std::int64_t> insert(Transaction& tx, std::int64_t id, std::string_view name) {
  return tx.run("INSERT INTO item (id, name) VALUES ($1, $2)", id, name);
}

Result<std::int64_t> count(Transaction& tx) {
  auto rows = tx.query("SELECT count(*) FROM item");
  rows->next();
  return rows->integer(0);
}

TEST(Sqlite, KeepsWhatATransactionWrote) {
  TestDatabase db(schema);
  const auto written = db.run(db->transact([](Transaction& tx) { return insert(tx, 1, "one"); }));
  ASSERT_TRUE(written) << written.error().detail;
  EXPECT_EQ(*written, 1);
  db.reopen();
  EXPECT_EQ(db.run(db->read(count)), 1);
}

}  // namespace
}  // namespace cloudvno::storage
