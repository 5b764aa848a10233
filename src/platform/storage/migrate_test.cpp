// The machinery of migrations, and the program's own.
#include "platform/storage/migrate.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "platform/storage/catalogue.hpp"
#include "platform/storage/testing/test_database.hpp"

namespace cloudvno::storage {
namespace {

using testing::TestDatabase;

TEST(Migrations, OfTheProgramAreDeclaredAndApply) {
  const auto catalogue = read_catalogue(embedded::migrations());
  ASSERT_TRUE(catalogue) << catalogue.error().detail;
  EXPECT_FALSE(catalogue->empty());
  TestDatabase db;
  // What the catalogue read line by line is what the engine made of the SQL.
  std::map<std::string, std::vector<std::string>> tables;
  for (const auto& column : *catalogue) {
    tables[column.table].push_back(column.name + " " + column.type);
  }
  for (const auto& [table, columns] : tables) {
    const auto found = db->read_now([&](Transaction& tx) -> Result<std::vector<std::string>> {
      const Parameter parameters[] = {std::string_view(table)};
      std::vector<std::string> names;
      auto rows =
          tx.query_text("SELECT name, type FROM pragma_table_info($1) ORDER BY cid", parameters);
      while (rows->next()) names.push_back(fmt::format("{} {}", rows->text(0), rows->text(1)));
      return names;
    });
    EXPECT_EQ(found, columns) << table;
  }
}

}  // namespace
}  // namespace cloudvno::storage
