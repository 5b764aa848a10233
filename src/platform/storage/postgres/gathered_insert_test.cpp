// Which statements may wait for each other, and what they become.
#include "platform/storage/postgres/gathered_insert.hpp"

#include <gtest/gtest.h>

namespace cloudvno::storage::postgres {
namespace {

TEST(GatheredInsert, IsOnlyAnInsertOfItsParametersInOrder) {
  const auto insert = read_plain_insert("INSERT INTO item (id, name) VALUES ($1, $2)");
  ASSERT_TRUE(insert);
  EXPECT_EQ(insert->table, "item");
  EXPECT_EQ(insert->columns, (std::vector<std::string_view>{"id", "name"}));
  EXPECT_TRUE(read_plain_insert("INSERT INTO item (id,\n name)\n VALUES ($1,$2) "));
  for (const auto* other : {
           "INSERT INTO item (id, name) VALUES ($2, $1)",
           "INSERT INTO item (id, name) VALUES ($1, 'a')",
           "INSERT INTO item (id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING",
           "INSERT INTO item (id, name) VALUES ($1, $2) RETURNING id",
           "INSERT INTO item (id, name) VALUES ($1, $2), ($3, $4)",
           "INSERT INTO item (id, name) SELECT $1, $2",
           "INSERT INTO item (id) VALUES ($1, $2)",
           "INSERT INTO item VALUES ($1)",
           "INSERT INTO item (id) VALUES ($11)",
           "INSERT INTO item (id) VALUES (-$1)",
           "INSERT INTO item () VALUES ()",
           "UPDATE item SET id = $1",
           "",
       }) {
    EXPECT_FALSE(read_plain_insert(other)) << other;
  }
}

TEST(GatheredInsert, KnowsWhoAsksForItsTable) {
  EXPECT_TRUE(has_word("SELECT 1 FROM item", "item"));
  EXPECT_TRUE(has_word("item", "item"));
  EXPECT_TRUE(has_word("SELECT item_part.a FROM item_part, item WHERE 1 = 1", "item"));
  EXPECT_FALSE(has_word("SELECT 1 FROM item_part, my_item, items", "item"));
}

TEST(GatheredInsert, MakesOneStatementWithAnArrayForEachColumn) {
  GatheredInsert gathered(
      *read_plain_insert("INSERT INTO item (id, name, data) VALUES ($1, $2, $3)"));
  const auto add = [&](std::span<const Parameter> row, std::size_t place) {
    EncodedParameters encoded;
    encoded.encode(row);
    ASSERT_TRUE(gathered.fits(encoded.types()));
    gathered.add(encoded, place);
  };
  add(std::vector<Parameter>{std::int64_t{258}, std::monostate(), std::monostate()}, 4);
  const auto one = gathered.only_row();
  ASSERT_EQ(one.count(), 3);
  EXPECT_EQ(std::string_view(one.values()[0], 8), std::string_view("\0\0\0\0\0\0\1\2", 8));
  EXPECT_EQ(one.values()[1], nullptr);

  add(std::vector<Parameter>{std::int64_t{1}, std::string_view("ab"), std::monostate()}, 7);
  EXPECT_EQ(gathered.places(), (std::vector<std::size_t>{4, 7}));
  EXPECT_EQ(gathered.text(),
            "INSERT INTO item (id, name, data) SELECT id, name, NULL FROM unnest($1, $2) "
            "AS given (id, name)");
  const auto arrays = gathered.arrays();
  ASSERT_EQ(arrays.types(), (std::vector<Oid>{1016, 1009}));
  EXPECT_EQ(std::string_view(arrays.values()[1], static_cast<std::size_t>(arrays.lengths()[1])),
            std::string_view("\0\0\0\1\0\0\0\1\0\0\0\x19\0\0\0\2\0\0\0\1"
                             "\xff\xff\xff\xff\0\0\0\2ab",
                             30));

  EncodedParameters other;
  other.encode(std::vector<Parameter>{std::string_view("1"), std::monostate(), std::monostate()});
  EXPECT_FALSE(gathered.fits(other.types()));
  gathered.clear();
  EXPECT_TRUE(gathered.fits(other.types()));
  other.encode(std::vector<Parameter>{std::monostate(), std::monostate(), std::monostate()});
  EXPECT_FALSE(gathered.fits(other.types()));
  EXPECT_EQ(gathered.bytes(), 0u);
}

}  // namespace
}  // namespace cloudvno::storage::postgres
