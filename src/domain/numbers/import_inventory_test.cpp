// An operator's file against a real store: what is taken, what is reported, who is undisturbed.
#include "domain/numbers/import_inventory.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <sstream>
#include <thread>

#include "base/clock.hpp"
#include "domain/accounts/testing/test_account.hpp"
#include "domain/numbers/buy_number.hpp"
#include "domain/numbers/number_store.hpp"
#include "domain/numbers/offer_store.hpp"
#include "domain/numbers/release_number.hpp"
#include "domain/numbers/resting_store.hpp"

namespace cloudvno::numbers {
namespace {

using accounts::testing::TestAccount;
using storage::Transaction;
using ::testing::HasSubstr;

class ImportInventory : public ::testing::Test {
 protected:
  Result<ImportReport> run(const std::string& text, bool whole = false,
                           std::string carrier = "acme") {
    std::istringstream file(text);
    return import_inventory(*db_, vault_, file, {std::move(carrier), whole});
  }
  // Lines under a first line that names number and country.
  ImportReport lines(const std::string& text, bool whole = false, std::string carrier = "acme") {
    const auto report = run("number,country\n" + text, whole, std::move(carrier));
    EXPECT_TRUE(report) << report.error().text << report.error().detail;
    return report.value_or(ImportReport());
  }
  std::optional<Offer> offer(std::string_view digits) {
    const std::vector<std::string> wanted{std::string(digits)};
    const auto found = db_->read_now(
        [&](Transaction& tx) -> Result<std::vector<Offer>> { return find_offers(tx, wanted); });
    return found->empty() ? std::nullopt : std::optional(found->front());
  }
  Result<Number> buy(std::string_view e164) {
    Purchase purchase;
    purchase.account = holder_.account.sid;
    purchase.live = true;
    purchase.number = PhoneNumber::parse_sender(e164);
    return db_->transact_now([&](Transaction& tx) {
      return buy_number(tx, vault_, *holder_.account.keys, purchase, clock_.now());
    });
  }
  void release(const Number& number) {
    ASSERT_TRUE(db_->transact_now(
        [&](Transaction& tx) { return release_number(tx, vault_, number, clock_.now()); }));
  }
  void rest_to_the_end() {
    clock_.advance(rest_of_numbers);
    ASSERT_TRUE(db_->transact_now(
        [&](Transaction& tx) { return end_rests(tx, vault_, clock_.now(), 1'000); }));
  }

  ManualClock clock_;
  vault::Vault vault_{vault::Key{7}};
  storage::testing::TestDatabase db_;
  TestAccount holder_ = TestAccount::open(db_, vault_, clock_.now());
};

TEST_F(ImportInventory, PutsEveryNumberOnOffer) {
  std::string text;
  for (int i = 0; i < 1'234; ++i) text += fmt::format("+1415777{:04},US\r\n", i);
  text += "\n+442071234567,GB";  // an empty line is none; the last has no line feed
  const auto report = lines(text);
  EXPECT_EQ(report.offered, 1'235);
  EXPECT_EQ(report.bad, 0);
  EXPECT_TRUE(offer("14157771233"));
  EXPECT_EQ(offer("442071234567")->kind.country, "GB");
}

TEST_F(ImportInventory, TakesWhatIsGoodAndNamesEveryLineThatIsNot) {
  const auto report = lines(
      "+14157770001,US\n"
      "\"+14157770002,US\n"
      "+14157770003,US\n"
      "+14157770001,US\n"
      "nonsense\n");
  EXPECT_EQ(report.offered, 2);
  EXPECT_EQ(report.bad, 3);
  ASSERT_EQ(report.bad_lines.size(), 3u);
  EXPECT_EQ(report.bad_lines[0].line, 3);
  EXPECT_THAT(report.bad_lines[0].reason, HasSubstr("quote"));
  EXPECT_EQ(report.bad_lines[1].line, 5);
  EXPECT_THAT(report.bad_lines[1].reason, HasSubstr("line 2 again"));
  EXPECT_EQ(report.bad_lines[2].line, 6);
  EXPECT_TRUE(offer("14157770003"));
}

TEST_F(ImportInventory, ReportsABoundedNumberOfBadLinesAndCountsAll) {
  std::string text;
  for (int i = 0; i < 500; ++i) text += "x,US\n";
  text += std::string(3'000'000, 'x') + "\n";
  const auto report = lines(text);
  EXPECT_EQ(report.bad, 501);
  EXPECT_EQ(report.bad_lines.size(), ImportReport::most_bad_lines);
}

TEST_F(ImportInventory, ChangesNothingWhereTheFirstLineIsWrong) {
  lines("+14157770001,US\n");
  for (const auto* text : {"", "\n", "+14157770002,US\n", "number;country\n+14157770002;US\n"}) {
    const auto refused = run(text, true);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().code, Errc::invalid_parameter);
    EXPECT_FALSE(refused.error().text.empty());
  }
  EXPECT_TRUE(offer("14157770001"));
}

TEST_F(ImportInventory, RunAgainChangesWhatTheFileSaysOtherwise) {
  lines("+14157770001,US\n");
  EXPECT_EQ(run("number,country,voice,monthly_price\n+14157770001,US,yes,2\n")->offered, 1);
  EXPECT_TRUE(offer("14157770001")->kind.voice);
  EXPECT_EQ(offer("14157770001")->monthly_price, Money::parse("2"));
}

TEST_F(ImportInventory, LeavesHeldNumbersToTheirHolders) {
  lines("+14157770001,US\n");
  ASSERT_TRUE(buy("+14157770001"));
  const auto report = lines("+14157770001,US\n");
  EXPECT_EQ(report.held, 1);
  EXPECT_EQ(report.offered, 0);
  EXPECT_FALSE(offer("14157770001"));
}

TEST_F(ImportInventory, OffersARestingNumberWhenItsRestIsOver) {
  lines("+14157770001,US\n");
  release(*buy("+14157770001"));
  const auto report = run("number,country,voice\n+14157770001,US,yes\n");
  EXPECT_EQ(report->resting, 1);
  EXPECT_FALSE(offer("14157770001"));
  EXPECT_FALSE(buy("+14157770001"));
  rest_to_the_end();
  ASSERT_TRUE(offer("14157770001"));
  EXPECT_TRUE(offer("14157770001")->kind.voice);
}

TEST_F(ImportInventory, TakesNoNumberFromAnotherCarrier) {
  lines("+14157770001,US\n", false, "globex");
  const auto report = lines("+14157770001,US\n+14157770002,US\n");
  EXPECT_EQ(report.offered, 1);
  ASSERT_EQ(report.bad, 1);
  EXPECT_THAT(report.bad_lines[0].reason, HasSubstr("globex"));
  EXPECT_EQ(offer("14157770001")->carrier, "globex");
}

TEST_F(ImportInventory, OfAWholeInventoryWithdrawsWhatIsNotInIt) {
  lines("+14157770001,US\n+14157770002,US\n+14157770003,US\n+14157770004,US\n");
  lines("+14157770009,US\n", false, "globex");
  const auto held = buy("+14157770003");
  release(*buy("+14157770004"));
  const auto report = lines("+14157770001,US\n", true);
  EXPECT_EQ(report.offered, 1);
  EXPECT_EQ(report.withdrawn, 2);
  EXPECT_TRUE(offer("14157770001"));
  EXPECT_FALSE(offer("14157770002"));
  EXPECT_TRUE(offer("14157770009"));
  rest_to_the_end();
  EXPECT_FALSE(offer("14157770004")) << "not offered again";
  EXPECT_TRUE(held) << "who holds one keeps it";
}

TEST_F(ImportInventory, WithdrawsNothingWhileALineIsBad) {
  lines("+14157770001,US\n+14157770002,US\n");
  const auto report = lines("+14157770001,US\n+1415777,XX\n", true);
  EXPECT_EQ(report.withdrawn, 0);
  EXPECT_TRUE(offer("14157770002"));
}

// On a store of several processes a number is never held and on offer, or resting and on offer.
TEST_F(ImportInventory, BesideBuyersOffersNothingThatIsHeldOrRests) {
  std::string text;
  for (int i = 0; i < 40; ++i) text += fmt::format("+1415777{:04},US\n", i);
  lines(text);
  const auto second = db_.open_another();
  {
    std::jthread importer([&] {
      for (int i = 0; i < 6; ++i) {
        std::istringstream file("number,country\n" + text);
        EXPECT_TRUE(import_inventory(*second, vault_, file, {"acme", false}));
      }
    });
    for (int i = 0; i < 40; ++i) {
      const auto bought = buy(fmt::format("+1415777{:04}", i));
      ASSERT_TRUE(bought) << bought.error().text;
      if (i % 2 == 0) release(*bought);
    }
  }
  for (int i = 0; i < 40; ++i) EXPECT_FALSE(offer(fmt::format("1415777{:04}", i))) << i;
}

}  // namespace
}  // namespace cloudvno::numbers
