// The machinery of migrations, and the program's own.
#include "platform/storage/migrate.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <future>
#include <map>

#include "platform/storage/catalogue.hpp"
#include "platform/storage/testing/test_database.hpp"

namespace cloudvno::storage {
namespace {

using ::testing::HasSubstr;
using testing::TestDatabase;
using testing::TestStore;
using Files = std::vector<embedded::File>;

constexpr embedded::File first = {
    "0001_first.sql", "CREATE TABLE a (\n  x TEXT -- @plain\n);\n-- @table a key=x account=none\n"};
constexpr embedded::File second = {
    "0002_second.sql",
    "CREATE TABLE b (\n  x TEXT -- @plain\n);\n-- @table b key=x account=none\n"
    "INSERT INTO b (x) VALUES ('one; two');\n"};

class Migrate : public ::testing::Test {
 protected:
  Result<> migrate_to(const Files& files) { return migrate(*db_, files); }
  std::string error_of(const Files& files) {
    const auto migrated = migrate_to(files);
    return migrated ? "" : migrated.error().detail;
  }
  std::int64_t number(std::string_view sql) {
    return *db_->read_now([&](Transaction& tx) -> Result<std::int64_t> {
      auto rows = tx.query_text(std::string(sql), {});
      return rows->next() ? rows->integer(0) : -1;
    });
  }
  bool has_table(std::string_view name) {
    return !TestStore::columns_of(*db_, db_.store().engine(), name).empty();
  }

  TestDatabase db_{std::span<const embedded::File>()};
};

TEST_F(Migrate, AppliesTheFilesInOrderOnce) {
  ASSERT_EQ(error_of({second, first}), "");
  ASSERT_EQ(error_of({first, second}), "");
  EXPECT_EQ(number("SELECT count(*) FROM b WHERE x = 'one; two'"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM schema_migration"), 2);
  EXPECT_EQ(number("SELECT count(*) FROM schema_migration WHERE version = 2 AND name = 'second' "
                   "AND length(checksum) = 64 AND applied_at > 0"),
            1);
}

TEST_F(Migrate, AppliesOnlyWhatIsNew) {
  ASSERT_EQ(error_of({first}), "");
  EXPECT_FALSE(has_table("b"));
  ASSERT_EQ(error_of({first, second}), "");
  EXPECT_TRUE(has_table("b"));
}

TEST_F(Migrate, PassesOverFilesThatAreNoSql) {
  EXPECT_EQ(error_of({{"README.md", "Read me"}, first}), "");
}

TEST_F(Migrate, RefusesAFileThatWasChangedAfterItWasApplied) {
  ASSERT_EQ(error_of({first}), "");
  const embedded::File changed = {
      "0001_first.sql",
      "CREATE TABLE a (\n  y TEXT -- @plain\n);\n-- @table a key=y account=none\n"};
  EXPECT_EQ(error_of({changed}),
            "migration 0001_first was changed after it was applied to this store");
}

TEST_F(Migrate, RefusesAStoreThatIsNewerThanTheProgram) {
  ASSERT_EQ(error_of({first, second}), "");
  EXPECT_THAT(error_of({first}), HasSubstr("the store is newer than this program: it has migration "
                                           "0002_second, this program knows 1"));
}

TEST_F(Migrate, RefusesABrokenOrderOfNumbers) {
  EXPECT_THAT(error_of({second}), HasSubstr("number 0001 was to come"));
  const embedded::File twin = {
      "0001_twin.sql",
      "CREATE TABLE c (\n  x TEXT -- @plain\n);\n-- @table c key=x account=none\n"};
  EXPECT_THAT(error_of({first, twin}), HasSubstr("number 0002 was to come"));
  EXPECT_THAT(error_of({{"1_first.sql", ""}}), HasSubstr("not NNNN_name.sql"));
  EXPECT_THAT(error_of({{"0001_.sql", ""}}), HasSubstr("not NNNN_name.sql"));
  EXPECT_FALSE(has_table("schema_migration") &&
               number("SELECT count(*) FROM schema_migration") > 0);
}

TEST_F(Migrate, RefusesColumnsThatAreNotDeclaredBeforeItTouchesTheStore) {
  const embedded::File undeclared = {"0002_more.sql", "CREATE TABLE c (\n  phone TEXT\n);\n"};
  EXPECT_EQ(error_of({first, undeclared}), "0002_more.sql:2: column phone: no annotation");
  EXPECT_FALSE(has_table("a"));
}

TEST_F(Migrate, LeavesNothingOfAFileThatFails) {
  const embedded::File broken = {"0002_broken.sql",
                                 "CREATE TABLE c (\n  x TEXT -- @plain\n);\n-- @table c key=x "
                                 "account=none\nINSERT INTO nowhere VALUES (1);\n"};
  EXPECT_THAT(error_of({first, broken}), HasSubstr("migration 0002_broken: "));
  EXPECT_TRUE(has_table("a"));
  EXPECT_FALSE(has_table("c"));
  EXPECT_EQ(number("SELECT count(*) FROM schema_migration"), 1);
  EXPECT_EQ(error_of({first, second}), "");
}

TEST_F(Migrate, AsksBeforeItTakesWhatTheVersionBeforeNeeds) {
  const embedded::File contracting = {"0002_less.sql", "-- @contract\nDROP TABLE a;\n"};
  int asked = 0;
  bool served = true;
  const auto nobody_serves = [&]() -> Result<> {
    ++asked;
    return served ? Result<>(fail(Errc::wrong_state, "node-1 serves")) : Result<>();
  };
  ASSERT_EQ(error_of({first}), "");
  const auto refused = migrate(*db_, Files{first, contracting}, nobody_serves);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().text, "node-1 serves");
  EXPECT_TRUE(has_table("a"));
  served = false;
  EXPECT_TRUE(migrate(*db_, Files{first, contracting}, nobody_serves));
  EXPECT_FALSE(has_table("a"));
  EXPECT_EQ(asked, 2);
  EXPECT_TRUE(migrate(*db_, Files{first, contracting}, nobody_serves));
  EXPECT_EQ(asked, 2) << "there is nothing to do any more";
}

TEST_F(Migrate, AsksNobodyAboutAnEmptyStoreOrAFileThatTakesNothing) {
  const embedded::File contracting = {"0002_less.sql", "-- @contract\nDROP TABLE a;\n"};
  const auto nobody_serves = []() -> Result<> { return fail(Errc::wrong_state, "asked"); };
  EXPECT_TRUE(migrate(*db_, Files{first, contracting}, nobody_serves));
  TestDatabase other{std::span<const embedded::File>()};
  EXPECT_TRUE(migrate(*other, Files{first}, nobody_serves));
  EXPECT_TRUE(migrate(*other, Files{first, second}, nobody_serves));
}

TEST_F(Migrate, CountsWhatIsToComeAndChangesNothing) {
  const auto pending = [&](const Files& files) { return pending_migrations(*db_, files); };
  EXPECT_EQ(pending({first, second}), 2U);
  ASSERT_EQ(error_of({first}), "");
  EXPECT_EQ(pending({first, second}), 1U);
  EXPECT_FALSE(has_table("b"));
  ASSERT_EQ(error_of({first, second}), "");
  EXPECT_EQ(pending({first, second}), 0U);
  EXPECT_THAT(pending({first}).error().detail, HasSubstr("newer than this program"));
}

TEST_F(Migrate, IsDoneOnceByTwoAtOneTime) {
  for (int round = 0; round < 5; ++round) {
    const TestStore store;
    boost::asio::io_context context;
    const auto start = [&] {
      const auto opened = store.open(context.get_executor());
      const auto migrated = migrate(*opened, Files{first, second});
      return migrated ? std::string() : migrated.error().detail;
    };
    auto other = std::async(std::launch::async, start);
    EXPECT_EQ(start(), "");
    EXPECT_EQ(other.get(), "");
  }
}

std::map<std::string, std::vector<std::string>> tables_of(const std::vector<Table>& catalogue) {
  std::map<std::string, std::vector<std::string>> tables;
  for (const auto& table : catalogue) {
    for (const auto& column : table.columns) {
      tables[table.name].push_back(column.name + " " + column.type);
    }
  }
  return tables;
}

TEST(Migrations, OfTheProgramAreDeclaredAndApply) {
  const auto catalogue = read_catalogue(embedded::migrations());
  ASSERT_TRUE(catalogue) << catalogue.error().detail;
  EXPECT_FALSE(catalogue->empty());
  TestDatabase db;
  // What the catalogue read line by line is what the engine made of the SQL.
  for (const auto& [table, declared] : tables_of(*catalogue)) {
    const auto found = TestStore::columns_of(*db, db.store().engine(), table);
    EXPECT_EQ(found, declared) << table;
  }
}

}  // namespace
}  // namespace cloudvno::storage
