// Reading what the columns hold, and refusing what does not say it.
#include "platform/storage/catalogue.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace cloudvno::storage {
namespace {

using ::testing::HasSubstr;

Result<std::vector<Table>> read(std::string_view sql) {
  const embedded::File files[] = {{"0001_a.sql", sql}};
  return read_catalogue(files);
}

// A table with a column whose line is `line`.
std::string error_of_column(std::string_view line) {
  const auto read_columns =
      read(fmt::format("CREATE TABLE a (\n  {}\n  sid TEXT -- @plain\n);\n"
                       "-- @table a key=sid account=sid age=sid\n",
                       line));
  return read_columns ? "" : read_columns.error().detail;
}

std::string error_of(std::string_view sql) {
  const auto read_columns = read(sql);
  return read_columns ? "" : read_columns.error().detail;
}

constexpr std::string_view personal =
    "@personal category=traffic subject=recipient purpose=provide keep=90d erase=row";

TEST(Catalogue, ReadsEveryWordOfAnAnnotation) {
  const auto tables = read(
      "-- A table.\n"
      "CREATE TABLE message (\n"
      "  sid TEXT PRIMARY KEY, -- @plain\n"
      "  -- How it stands.\n"
      "  status TEXT NOT NULL DEFAULT 'a, b', -- @plain\n"
      "\n"
      "  key_hash BYTEA NOT NULL UNIQUE,   -- @secret hash\n"
      "  to_sealed BYTEA NOT NULL, -- @personal category=traffic subject=recipient purpose=provide "
      "keep=90d erase=row sealed\n"
      "  name_sealed BYTEA, -- @personal erase=key keep=account category=account subject=customer "
      "purpose=bill sealed\n"
      "  opted_out BYTEA CHECK (length(opted_out) > 0), -- @personal category=traffic "
      "subject=recipient purpose=comply keep=always erase=never index\n"
      "  PRIMARY KEY (sid, status),\n"
      "  UNIQUE (status)\n"
      ");\n"
      "CREATE INDEX message_by_status ON message (status)\n"
      "  WHERE status = 'a';\n"
      "-- @table message key=sid,status account=sid age=sid\n");
  ASSERT_TRUE(tables) << tables.error().detail;
  ASSERT_EQ(tables->size(), 1u);
  const auto* const columns = &tables->front().columns;
  ASSERT_EQ(columns->size(), 6u);
  const auto& status = (*columns)[1];
  EXPECT_EQ(status.table, "message");
  EXPECT_EQ(status.name, "status");
  EXPECT_EQ(status.type, "TEXT");
  EXPECT_EQ(status.sensitivity, Sensitivity::plain);
  EXPECT_EQ(status.form, Form::clear);
  const auto& hash = (*columns)[2];
  EXPECT_EQ(hash.sensitivity, Sensitivity::secret);
  EXPECT_EQ(hash.form, Form::hash);
  const auto& to = (*columns)[3];
  EXPECT_EQ(to.sensitivity, Sensitivity::personal);
  EXPECT_EQ(to.form, Form::sealed);
  EXPECT_EQ(to.category, "traffic");
  EXPECT_EQ(to.subject, "recipient");
  EXPECT_EQ(to.purpose, "provide");
  EXPECT_EQ(to.keep, "90d");
  EXPECT_EQ(to.erase, "row");
  EXPECT_EQ((*columns)[4].erase, "key");
  EXPECT_EQ((*columns)[5].form, Form::index);
}

TEST(Catalogue, FollowsWhatLaterFilesChange) {
  const embedded::File files[] = {{"0001_a.sql",
                                   "CREATE TABLE a (\n  x TEXT, -- @plain\n  y TEXT -- @plain\n);\n"
                                   "CREATE TABLE b (\n  x TEXT -- @plain\n);\n"},
                                  {"0002_b.sql",
                                   "ALTER TABLE a ADD COLUMN z BYTEA; -- @secret sealed\n"
                                   "ALTER TABLE a DROP COLUMN x;\n"
                                   "-- @table a key=y account=none\n"
                                   "DROP TABLE b;\n"},
                                  {"README.md", "CREATE TABLE no (\n"}};
  const auto tables = read_catalogue(files);
  ASSERT_TRUE(tables) << tables.error().detail;
  ASSERT_EQ(tables->size(), 1u);
  const auto* const columns = &tables->front().columns;
  ASSERT_EQ(columns->size(), 2u);
  EXPECT_EQ((*columns)[0].name, "y");
  EXPECT_EQ((*columns)[1].name, "z");
  EXPECT_EQ((*columns)[1].form, Form::sealed);
}

TEST(Catalogue, RefusesAColumnWithoutAnAnnotation) {
  EXPECT_EQ(error_of_column("x TEXT"), "0001_a.sql:2: column x: no annotation");
  EXPECT_THAT(error_of_column("x TEXT -- the name"), HasSubstr("no annotation"));
  EXPECT_THAT(error_of_column("x TEXT -- plain"), HasSubstr("no annotation"));
  EXPECT_THAT(
      error_of("CREATE TABLE a (\n  x TEXT -- @plain\n);\nALTER TABLE a ADD COLUMN y TEXT;"),
      HasSubstr("0001_a.sql:4: column y: no annotation"));
}

TEST(Catalogue, RefusesUnknownWords) {
  EXPECT_THAT(error_of_column("x TEXT -- @plane"), HasSubstr("unknown word \"@plane\""));
  EXPECT_THAT(error_of_column("x TEXT -- @plain really"), HasSubstr("unknown word \"really\""));
  EXPECT_THAT(error_of_column("x BYTEA -- @secret keep=90d sealed"), HasSubstr("unknown word"));
  for (const auto* word :
       {"category=call", "subject=dog", "purpose=fun", "keep=90", "keep=d", "keep=0d", "keep=9m",
        "keep=1234567d", "erase=maybe", "colour=red", "encrypted", "=row", "category="}) {
    EXPECT_THAT(error_of_column(fmt::format("x BYTEA -- @personal {} sealed", word)),
                HasSubstr("unknown word"))
        << word;
  }
}

TEST(Catalogue, RefusesAMissingOrRepeatedWord) {
  EXPECT_EQ(error_of_column(fmt::format("x BYTEA -- {} sealed", personal)), "");
  for (const auto* word :
       {"category=traffic", "subject=recipient", "purpose=provide", "keep=90d", "erase=row"}) {
    auto without = std::string(personal);
    without.erase(without.find(word), std::string_view(word).size());
    EXPECT_THAT(error_of_column(fmt::format("x BYTEA -- {} sealed", without)),
                HasSubstr("is missing"));
    EXPECT_THAT(error_of_column(fmt::format("x BYTEA -- {} {} sealed", personal, word)),
                HasSubstr("is said twice"));
  }
}

TEST(Catalogue, RefusesPersonalAndSecretColumnsInClear) {
  EXPECT_THAT(error_of_column(fmt::format("x BYTEA -- {}", personal)), HasSubstr("not in clear"));
  EXPECT_THAT(error_of_column("x BYTEA -- @secret"), HasSubstr("not in clear"));
  EXPECT_THAT(error_of_column("x BYTEA -- @plain sealed"), HasSubstr("@plain column is in clear"));
  EXPECT_THAT(error_of_column("x BYTEA -- @secret sealed hash"), HasSubstr("two forms"));
}

TEST(Catalogue, RefusesASealedColumnThatIsNotOfBytes) {
  for (const auto* form : {"sealed", "index", "hash"}) {
    EXPECT_THAT(error_of_column(fmt::format("x TEXT -- {} {}", personal, form)),
                HasSubstr("of type BYTEA"));
    EXPECT_THAT(error_of_column(fmt::format("x TEXT -- @secret {}", form)),
                HasSubstr("of type BYTEA"));
  }
}

TEST(Catalogue, RefusesAnErasureThatDoesNotErase) {
  const auto line = [](std::string_view keep, std::string_view erase, std::string_view form) {
    return fmt::format(
        "x BYTEA -- @personal category=traffic subject=recipient purpose=comply "
        "keep={} erase={} {}",
        keep, erase, form);
  };
  EXPECT_EQ(error_of_column(line("always", "never", "index")), "");
  EXPECT_THAT(error_of_column(line("always", "never", "sealed")), HasSubstr("outlives erasure"));
  EXPECT_THAT(error_of_column(line("90d", "never", "index")), HasSubstr("go together"));
  EXPECT_THAT(error_of_column(line("always", "row", "index")), HasSubstr("go together"));
  EXPECT_THAT(error_of_column(line("account", "key", "index")), HasSubstr("erase=key"));
}

TEST(Catalogue, RefusesATypeThatNotAllEnginesHave) {
  for (const auto* type : {"INTEGER", "BLOB", "VARCHAR(20)", "text"}) {
    EXPECT_THAT(error_of_column(fmt::format("x {} -- @plain", type)), HasSubstr("no type"));
  }
}

TEST(Catalogue, RefusesWhatItCannotFollow) {
  EXPECT_THAT(error_of_column("x TEXT, y TEXT -- @plain"), HasSubstr("one column a line"));
  EXPECT_THAT(error_of_column("x TEXT, -- @plain\n  x TEXT -- @plain"), HasSubstr("twice"));
  for (const auto* sql :
       {"CREATE TABLE a (x TEXT); -- @plain", "CREATE TABLE a\n(\nx TEXT -- @plain\n);",
        "CREATE TABLE IF NOT EXISTS a (\n  x TEXT -- @plain\n);",
        "CREATE TABLE \"a\" (\n  x TEXT -- @plain\n);", "CREATE TABLE a (\n  x TEXT -- @plain\n",
        "CREATE\nTABLE a (\n  x TEXT\n);", "SELECT 1; CREATE TABLE a (\n  x TEXT\n);",
        "CREATE TABLE a AS SELECT 1;", "CREATE TEMP TABLE a (\n  x TEXT\n);",
        "create temporary table a (\n  x TEXT\n);", "CREATE VIRTUAL TABLE a USING fts5(x);",
        "CREATE VIEW a AS SELECT 1;",
        "CREATE TABLE a (\n  x TEXT -- @plain\n);\nALTER TABLE a RENAME TO b;",
        "CREATE TABLE a (\n  x TEXT -- @plain\n);\nALTER TABLE a\n  ADD COLUMN y TEXT; -- @plain",
        "CREATE TABLE a (\n  x TEXT -- @plain\n);\nALTER TABLE a DROP COLUMN y;", "DROP TABLE a;",
        "DROP TABLE IF EXISTS a;",
        "CREATE TABLE a (\n  x TEXT -- @plain\n);\nCREATE TABLE a (\n  x TEXT -- @plain\n);"}) {
    EXPECT_NE(error_of(sql), "") << sql;
  }
}

constexpr std::string_view table_b =
    "CREATE TABLE b (\n"
    "  sid TEXT, -- @plain\n"
    "  part BIGINT, -- @plain\n"
    "  who TEXT, -- @plain\n"
    "  made BIGINT, -- @plain\n"
    "  x BYTEA, -- @personal category=traffic subject=recipient purpose=provide keep=24h erase=row "
    "sealed\n"
    "  y BYTEA -- @personal category=traffic subject=recipient purpose=provide keep=90d erase=row "
    "index\n"
    ");\n";

TEST(Catalogue, ReadsHowRowsAreFound) {
  const auto tables = read(fmt::format(
      "{}-- @table b key=sid,part account=who age=made row=part resource=part\n", table_b));
  ASSERT_TRUE(tables) << tables.error().detail;
  const auto& table = tables->front();
  EXPECT_THAT(table.key, ::testing::ElementsAre("sid", "part"));
  EXPECT_EQ(table.account, "who");
  EXPECT_EQ(table.age, "made");
  EXPECT_FALSE(table.age_is_sid);
  EXPECT_EQ(table.keep, std::chrono::hours(24));
  EXPECT_THAT(table.row, ::testing::ElementsAre("part"));
  EXPECT_EQ(table.resource, "part");
}

TEST(Catalogue, TakesTheKeyForWhatATableDoesNotSay) {
  const auto tables = read(fmt::format("-- @table b key=sid account=who age=sid\n{}", table_b));
  ASSERT_TRUE(tables) << tables.error().detail;
  EXPECT_TRUE(tables->front().age_is_sid);
  EXPECT_THAT(tables->front().row, ::testing::ElementsAre("sid"));
  EXPECT_EQ(tables->front().resource, "sid");
}

TEST(Catalogue, RefusesATableWhoseRowsAreNotFound) {
  const auto error = [](std::string_view line) {
    return error_of(fmt::format("{}{}\n", table_b, line));
  };
  EXPECT_THAT(error(""), HasSubstr("table b has no line"));
  EXPECT_THAT(error("-- @table b"), HasSubstr("want: -- @table"));
  EXPECT_THAT(error("-- @table c key=x account=none"), HasSubstr("table b has no line"));
  EXPECT_THAT(error("-- @table b key=sid account=who age=made\n-- @table c key=x account=none"),
              HasSubstr("no such table"));
  EXPECT_THAT(error("-- @table b key=sid account=who age=made\n-- @table b key=sid account=who"),
              HasSubstr("said twice"));
  EXPECT_THAT(error("-- @table b key=nothing account=who age=made"), HasSubstr("no column"));
  EXPECT_THAT(error("-- @table b key= account=who age=made"), HasSubstr("no column"));
  EXPECT_THAT(error("-- @table b account=who age=made"), HasSubstr("want key="));
  EXPECT_THAT(error("-- @table b key=sid age=made"), HasSubstr("account="));
  EXPECT_THAT(error("-- @table b key=sid account=none age=made"), HasSubstr("name no account"));
  EXPECT_THAT(error("-- @table b key=sid account=who"), HasSubstr("want age="));
  EXPECT_THAT(error("-- @table b key=sid account=who age=x"), HasSubstr("age is"));
  EXPECT_THAT(error("-- @table b key=sid account=who age=made colour=red"),
              HasSubstr("unknown word"));
}

}  // namespace
}  // namespace cloudvno::storage
