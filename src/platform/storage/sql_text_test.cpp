// Where a statement ends.
#include "platform/storage/sql_text.hpp"

#include <gtest/gtest.h>

namespace cloudvno::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(SplitStatements, EndsAStatementAtItsSemicolon) {
  EXPECT_THAT(split_statements("SELECT 1;\n SELECT 2 ;\nSELECT 3"),
              ElementsAre("SELECT 1", "SELECT 2", "SELECT 3"));
}

TEST(SplitStatements, AnswersNothingForBlanksAndComments) {
  EXPECT_THAT(split_statements(""), IsEmpty());
  EXPECT_THAT(split_statements(" ;; \n -- SELECT 1;\n /* SELECT 2; */ ;"), IsEmpty());
}

TEST(SplitStatements, LeavesOutComments) {
  EXPECT_THAT(split_statements("SELECT -- one; \n1 /* two; */;"), ElementsAre("SELECT  1"));
  EXPECT_THAT(split_statements("SELECT 1 -- end"), ElementsAre("SELECT 1"));
  EXPECT_THAT(split_statements("SELECT 1 /* end"), ElementsAre("SELECT 1"));
}

TEST(SplitStatements, KeepsWhatIsQuoted) {
  EXPECT_THAT(split_statements("SELECT 'a;b', 'it''s; -- fine', \"c;d\"; SELECT 2"),
              ElementsAre("SELECT 'a;b', 'it''s; -- fine', \"c;d\"", "SELECT 2"));
  EXPECT_THAT(split_statements("SELECT 'open; end"), ElementsAre("SELECT 'open; end"));
}

TEST(ParameterNumbers, AreThoseOutsideOfQuotesAndComments) {
  EXPECT_THAT(parameter_numbers("SELECT $2, '$7', \"$8\" /* $9 */ WHERE a = $1 OR b = $12 -- $3"),
              ::testing::ElementsAre(1, 2, 12));
  EXPECT_THAT(parameter_numbers("SELECT 1"), ::testing::IsEmpty());
}

}  // namespace
}  // namespace cloudvno::storage
