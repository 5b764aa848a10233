#include "domain/numbers/csv_line.hpp"

#include <gtest/gtest.h>

namespace cloudvno::numbers {
namespace {

using Fields = std::vector<std::string>;

TEST(CsvLine, IsSplitAtCommasOutsideOfQuotes) {
  EXPECT_EQ(split_csv_line("a,b,c"), (Fields{"a", "b", "c"}));
  EXPECT_EQ(split_csv_line(R"("a,b",c)"), (Fields{"a,b", "c"}));
  EXPECT_EQ(split_csv_line(R"("say ""hello""",)"), (Fields{R"(say "hello")", ""}));
  EXPECT_EQ(split_csv_line(""), Fields{""});
  EXPECT_EQ(split_csv_line(",,"), (Fields{"", "", ""}));
}

TEST(CsvLine, HasNoBlanksAroundFields) {
  EXPECT_EQ(split_csv_line(" a , b b,\t\"c\" \r"), (Fields{"a", "b b", "c"}));
  EXPECT_EQ(split_csv_line(R"(" a ")"), Fields{" a "});
}

TEST(CsvLine, IsRefusedWhereItsQuotesSayNothing) {
  for (const auto* line : {R"("a)", R"(a")", R"(a"b)", R"("a"b,c)", R"("a""b)", R"(a,")"}) {
    EXPECT_FALSE(split_csv_line(line)) << line;
  }
}

}  // namespace
}  // namespace cloudvno::numbers
