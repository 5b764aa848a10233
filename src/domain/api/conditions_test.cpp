// What a list finds, and by which filter's index, on a real table of the program.
#include "domain/api/conditions.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "domain/api/page.hpp"
#include "platform/storage/testing/test_database.hpp"

namespace cloudvno::api {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class ConditionsTest : public ::testing::Test {
 protected:
  const Time start_ = from_micros(1'700'000'000'000'000);

  ConditionsTest() {
    add(account_, 1'200, "message.sent", "SMa");
    add(account_, 1, "message.failed", "SMa");
    add(account_, 3, "message.failed", "SMb");
    add(AccountSid::make(start_), 5, "message.failed", "SMb");
    conditions_.add_owner(account_, false);
  }

  // An event a second.
  void add(const AccountSid& account, int count, std::string_view type, std::string_view resource) {
    const auto done = db_->transact_now([&](storage::Transaction& tx) -> Result<bool> {
      for (int i = 0; i < count; ++i) {
        const auto at = start_ + std::chrono::seconds(rows_++);
        tx.run(
            "INSERT INTO event (sid, account_sid, live, type, resource_sid, sequence, "
            "data_sealed, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            EventSid::make(at), account, false, type, resource, rows_, as_bytes("sealed"), at);
      }
      return true;
    });
    EXPECT_TRUE(done) << (done ? "" : done.error().detail);
  }

  Where where() {
    Where found;
    EXPECT_TRUE(db_->read_now([&](storage::Transaction& tx) -> Result<bool> {
      found = conditions_.where(tx, "event");
      return true;
    }));
    return found;
  }

  // The sequences of the rows, newest first.
  std::vector<std::int64_t> find() {
    std::vector<std::int64_t> sequences;
    EXPECT_TRUE(db_->read_now([&](storage::Transaction& tx) -> Result<bool> {
      const auto where = conditions_.where(tx, "event");
      const auto rows = tx.query_text(
          fmt::format("SELECT sequence FROM event{}{}", where.text, page_order(page_)),
          where.parameters);
      while (rows->next()) sequences.push_back(rows->integer(0));
      return true;
    }));
    return sequences;
  }

  storage::testing::TestDatabase db_;
  AccountSid account_ = AccountSid::make(start_);
  int rows_ = 0;
  PageQuery page_;
  Conditions conditions_;
};

TEST_F(ConditionsTest, FindsWhatFitsAllFiltersOfItsOwner) {
  conditions_.add("type", "message.failed", Index::of_account);
  conditions_.add("resource_sid", "SMb", Index::alone);
  EXPECT_THAT(find(), ElementsAre(1'204, 1'203, 1'202));
}

TEST_F(ConditionsTest, FindsOneOfSeveralValuesAndNothingOfNone) {
  constexpr std::string_view types[] = {"message.failed", "message.received"};
  conditions_.add_one_of("type", types);
  EXPECT_THAT(find(), ElementsAre(1'204, 1'203, 1'202, 1'201));
  conditions_.add_one_of("resource_sid", {});
  EXPECT_THAT(find(), IsEmpty());
}

TEST_F(ConditionsTest, ReadsTheIndexOfTheOwnerWithoutAnother) {
  conditions_.add("sequence", 7);
  EXPECT_THAT(where().text, HasSubstr("WHERE account_sid = $1 AND live = $2 AND sequence = $3"));
  EXPECT_THAT(find(), ElementsAre(7));
}

TEST_F(ConditionsTest, ReadsTheIndexOfTheFilterThatFindsFewest) {
  conditions_.add("resource_sid", "SMa", Index::alone);
  conditions_.add("type", "message.failed", Index::of_account);
  const auto text = where().text;
  EXPECT_THAT(text, HasSubstr(" type = "));
  EXPECT_THAT(text, HasSubstr(" account_sid = "));
  EXPECT_THAT(text, Not(HasSubstr(" resource_sid = ")));
  EXPECT_THAT(find(), ElementsAre(1'201));
}

TEST_F(ConditionsTest, ReadsAnIndexThatHoldsOnlyWhatIsShown) {
  if (storage::testing::engine_of_this_run() != storage::testing::Engine::sqlite) {
    GTEST_SKIP() << "PostgreSQL reads an empty table without its index";
  }
  for (const auto* table : {"message", "call"}) {
    Conditions all;
    all.add_owner(account_, false);
    all.add_unset("hidden");
    Conditions failed;
    failed.add_owner(account_, false);
    failed.add_unset("hidden");
    failed.add("status", "failed", Index::of_account);
    for (const auto& [conditions, index] :
         {std::pair(&all, "_by_account"), std::pair(&failed, "_by_status")}) {
      EXPECT_TRUE(db_->read_now([&](storage::Transaction& tx) -> Result<bool> {
        const auto where = conditions->where(tx, table);
        const auto rows = tx.query_text(fmt::format("EXPLAIN QUERY PLAN SELECT sid FROM {}{}{}",
                                                    table, where.text, page_order(page_)),
                                        where.parameters);
        EXPECT_TRUE(rows->next());
        EXPECT_THAT(std::string(rows->text(3)), HasSubstr(std::string(table) + index));
        return true;
      }));
    }
  }
}

TEST_F(ConditionsTest, LooksAtTheOwnerInTheRowsOfAnIndexThatIsNotItsOwn) {
  conditions_.add("resource_sid", "SMb", Index::alone);
  const auto text = where().text;
  EXPECT_THAT(text, HasSubstr(" resource_sid = "));
  EXPECT_THAT(text, Not(HasSubstr(" account_sid = ")));
  EXPECT_THAT(find(), ElementsAre(1'204, 1'203, 1'202));
}

TEST_F(ConditionsTest, KeepsTheNarrowestOfSeveralBounds) {
  conditions_.add_made_from(start_ + std::chrono::seconds(100));
  conditions_.add_made_from(start_);
  conditions_.add_made_before(start_ + std::chrono::seconds(103));
  conditions_.add_made_before(start_ + std::chrono::seconds(500));
  EXPECT_THAT(find(), ElementsAre(103, 102, 101));
  page_.after = "EV" + sid_floor(start_ + std::chrono::seconds(102));
  conditions_.add_page(page_);
  EXPECT_THAT(find(), ElementsAre(102, 101));
  EXPECT_EQ(where().parameters.size(), 4u);
}

TEST_F(ConditionsTest, PagesBackwardsFromBehindTheCursor) {
  const auto cursor = db_->read_now([&](storage::Transaction& tx) -> Result<std::string> {
    const auto rows = tx.query("SELECT sid FROM event WHERE sequence = $1", 1'202);
    return rows->next() ? std::string(rows->text(0)) : std::string();
  });
  conditions_.add_made_from(start_);
  page_.before = *cursor;
  conditions_.add_page(page_);
  EXPECT_THAT(find(), ElementsAre(1'203, 1'204));
}

}  // namespace
}  // namespace cloudvno::api
