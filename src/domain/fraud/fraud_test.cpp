// The fraud guard: what it refuses, lets through, keeps and forgets; and the simulation in short.
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "domain/accounts/testing/test_account.hpp"
#include "domain/fraud/fraud_api.hpp"
#include "domain/fraud/fraud_store.hpp"
#include "domain/fraud/testing/simulation.hpp"
#include "domain/numbers/assign_numbers.hpp"

namespace cloudvno::fraud {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using accounts::testing::TestAccount;

std::shared_ptr<const lookup::Data> shared_data() {
  static const auto data = lookup::Data::load("").value();
  return data;
}

class FraudTest : public ::testing::Test {
 protected:
  FraudTest() {
    mount_fraud(api_, guard_, *shared_data(), clock_);
    give_number(test_, "+14155550111");
    give_number(other_, "+14155550112");
  }

  void give_number(const TestAccount& to, std::string_view number) {
    EXPECT_TRUE(db_->transact_now([&](storage::Transaction& tx) {
      return numbers::assign_carrier_number(tx, vault_, *to.account.keys, to.account.sid,
                                            *PhoneNumber::parse(number), "acme", "US",
                                            clock_.now());
    }));
  }

  Risk judge(std::string_view number, bool live = true, FraudGuard* guard = nullptr,
             std::string_view address = {}, const TestAccount* who = nullptr) {
    clock_.advance(1ms);
    const auto to = *PhoneNumber::parse(number);
    const auto& account = who ? *who : test_;
    return db_
        ->transact_now([&](storage::Transaction& tx) {
          return (guard ? *guard : guard_)
              .judge(tx, {account.account.sid, live, to, "sms", address}, clock_.now());
        })
        .value();
  }
  Risk standing(std::string_view number) {
    const auto to = *PhoneNumber::parse(number);
    return db_
        ->transact_now([&](storage::Transaction& tx) {
          return guard_.standing(tx, {test_.account.sid, true, to, "sms", {}}, clock_.now());
        })
        .value();
  }
  void convert(std::string_view number, bool live = true) {
    clock_.advance(1ms);
    const auto to = *PhoneNumber::parse(number);
    ASSERT_TRUE(db_->transact_now([&](storage::Transaction& tx) {
      return guard_.converted(tx, {test_.account.sid, live, to, "sms", {}}, clock_.now());
    }));
  }
  static bool has(const Risk& risk, std::string_view name) {
    return std::ranges::find(risk.reasons, name, &Reason::name) != risk.reasons.end();
  }
  // Asks for so many neighbours; how many were let through.
  int pump(std::string_view prefix, int count, FraudGuard* guard = nullptr) {
    int sent = 0;
    for (int i = 0; i < count; ++i) {
      clock_.advance(1s);
      if (!judge(fmt::format("{}{:03}", prefix, i), true, guard).blocked) ++sent;
    }
    return sent;
  }
  http::Response ask(std::string method, std::string path, const json::object& body = {}) {
    http::Request raw;
    raw.method = std::move(method);
    const auto mark = path.find('?');
    raw.path = path.substr(0, mark);
    if (mark != std::string::npos) raw.query = path.substr(mark + 1);
    raw.headers.add("Authorization", "Bearer " + test_.live_key);
    if (raw.method == "POST") {
      raw.headers.add("Content-Type", "application/json");
      raw.body = json::serialize(body);
    }
    return db_.run(api_.handle(raw));
  }

  ManualClock clock_;
  vault::Vault vault_{vault::Key{7}};
  storage::testing::TestDatabase db_;
  TestAccount test_ = TestAccount::open(db_, vault_, clock_.now(), {"Test", false, false});
  TestAccount other_ = TestAccount::open(db_, vault_, clock_.now(), {"Other", false, false});
  accounts::Accounts accounts_{*db_, vault_, clock_};
  FraudGuard guard_{*db_, accounts_, *shared_data(), 7};
  api::Api api_{*db_, clock_, accounts_, "https://host"};
};

TEST_F(FraudTest, LetsAnOrdinaryNumberThroughInTestModeAtOnce) {
  const auto risk = judge("+12015550100", false);
  EXPECT_FALSE(risk.blocked);
  EXPECT_EQ(risk.score, 0);
}

TEST_F(FraudTest, BearsOfTestKeysThatTheyTryManyHandsets) {
  for (int i = 0; i < 20; ++i) {
    EXPECT_FALSE(judge(fmt::format("+120155501{:02}", i), false).blocked) << i;
  }
}

TEST_F(FraudTest, TakesARangeThatNobodyHasForItsCallingCodesCountry) {
  const auto risk = judge("+13945553144");
  EXPECT_TRUE(has(risk, "unassigned_range"));
  EXPECT_FALSE(has(risk, "country_not_allowed"));
  EXPECT_FALSE(risk.blocked);
  EXPECT_TRUE(has(judge("+447700900788"), "country_not_allowed"));
  EXPECT_EQ(ask("POST", "/v1/fraud/settings", {{"countries", json::array{"us,gb"}}}).status, 200);
  EXPECT_FALSE(judge("+447700900788").blocked);
}

TEST_F(FraudTest, SaysWhatStandsAgainstACodeThatGoesAgain) {
  EXPECT_FALSE(standing("+14155552671").blocked);
  EXPECT_TRUE(has(standing("+447400123456"), "country_not_allowed"));
  EXPECT_EQ(ask("POST", "/v1/fraud/blocks", {{"prefix", " 1415555"}}).status, 201);
  EXPECT_TRUE(has(standing("+14155552671"), "prefix_blocked"));
  EXPECT_TRUE(standing("+14155552671").blocked);
  EXPECT_EQ(ask("POST", "/v1/fraud/settings", {{"enforcement", "monitor"}}).status, 200);
  EXPECT_FALSE(standing("+14155552671").blocked);
}

TEST_F(FraudTest, LetsNothingLeaveTheAccountsOwnRegion) {
  EXPECT_FALSE(judge("+14155552671").blocked);
  EXPECT_TRUE(has(judge("+447400123456"), "country_not_allowed"));
  const auto without = TestAccount::open(db_, vault_, clock_.now(), {"No number", false, false});
  EXPECT_TRUE(judge("+14155552671", true, nullptr, {}, &without).blocked);
  give_number(without, "+14155550113");
  clock_.advance(3s);
  EXPECT_FALSE(judge("+14155552671", true, nullptr, {}, &without).blocked);
}

TEST_F(FraudTest, RefusesWhatCannotBeANumberOrCostsTheCaller) {
  EXPECT_TRUE(has(judge("+1201555"), "impossible_number"));
  EXPECT_TRUE(judge("+19005552671").blocked);
}

TEST_F(FraudTest, BlocksARangeWhoseNeighboursGiveNothingBack) {
  EXPECT_LE(pump("+12015552", 50), 6);
  const auto risk = judge("+12015552099");
  EXPECT_TRUE(risk.blocked);
  EXPECT_TRUE(has(risk, "prefix_blocked")) << risk.reasons[0].name;
  EXPECT_FALSE(judge("+13125552999").blocked);
  EXPECT_FALSE(judge("+12015552099", true, nullptr, {}, &other_).blocked);
}

TEST_F(FraudTest, BearsNeighboursThatGiveTheirCodesBack) {
  for (int i = 0; i < 300; ++i) {
    const auto number = fmt::format("+12015552{:03}", i);
    clock_.advance(1s);
    ASSERT_FALSE(judge(number).blocked) << i;
    clock_.advance(5s);
    if (i % 5 != 0) convert(number);
  }
}

TEST_F(FraudTest, LetsAKnownNumberPassABlock) {
  judge("+12015552060");
  convert("+12015552060");
  pump("+12015552", 50);
  const auto known = judge("+12015552060");
  EXPECT_FALSE(known.blocked);
  EXPECT_TRUE(has(known, "known_number"));
  EXPECT_TRUE(judge("+12015552061").blocked);
}

TEST_F(FraudTest, EndsABlockAfterTwelveHoursUnlessTheAttackGoesOn) {
  pump("+12015552", 50);
  clock_.advance(12h + 1min);
  EXPECT_FALSE(judge("+12015552099").blocked);
  pump("+12015552", 50);
  for (int hour = 0; hour < 12; ++hour) {
    clock_.advance(1h);
    pump("+12015552", 20);
  }
  const auto risk = judge("+12015552099");
  EXPECT_TRUE(risk.blocked);
}

TEST_F(FraudTest, CountsOnceWhatABodyThatRunsAgainAsksTwice) {
  const auto to = *PhoneNumber::parse("+12015552000");
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(db_->transact_now([&](storage::Transaction& tx) {
      return guard_.judge(tx, {test_.account.sid, true, to, "sms", {}}, clock_.now());
    }));
  }
  EXPECT_FALSE(judge("+12015552001").blocked);
}

TEST_F(FraudTest, NoticesOneAddressThatAsksForMany) {
  int sent = 0;
  for (int i = 0; i < 60; ++i) {
    clock_.advance(10s);
    const auto number = fmt::format("+1{}555{:04}", 212 + i % 5 * 101 - i % 5 * 1, 1'000 + i * 137);
    if (shared_data()->plan().parse(number)->is_valid() &&
        !judge(number, true, nullptr, "192.0.2.7").blocked) {
      ++sent;
    }
  }
  EXPECT_LE(sent, 20);
  EXPECT_FALSE(judge("+14155552671", true, nullptr, "192.0.2.8").blocked);
}

TEST_F(FraudTest, SharesBlocksWithOtherProcessesAndItsNextLife) {
  FraudGuard second{*db_, accounts_, *shared_data(), 8};
  EXPECT_FALSE(judge("+12015552099", true, &second).blocked);
  pump("+12015552", 50);
  db_.run(guard_.write());
  clock_.advance(3s);
  EXPECT_TRUE(has(judge("+12015552098", true, &second), "prefix_blocked"));
  db_.run(guard_.finish());
  FraudGuard third{*db_, accounts_, *shared_data(), 9};
  EXPECT_TRUE(has(judge("+12015552097", true, &third), "prefix_blocked"));
}

TEST_F(FraudTest, BeginsItsNextLifeWithWhatItCounted) {
  for (int i = 0; i < 4; ++i) judge(fmt::format("+12015552{:03}", i));
  db_.run(guard_.finish());
  FraudGuard next{*db_, accounts_, *shared_data(), 9};
  EXPECT_LE(pump("+12015552", 10, &next), 2);
}

TEST_F(FraudTest, WatchesOnlyWhereTheAccountSaysSo) {
  ASSERT_EQ(ask("POST", "/v1/fraud/settings", {{"enforcement", "monitor"}}).status, 200);
  EXPECT_EQ(pump("+12015552", 50), 50);
  EXPECT_GE(judge("+12015552099").score, 75);
}

TEST_F(FraudTest, TakesSettingsAndRefusesOthers) {
  auto answer = ask("GET", "/v1/fraud/settings");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_TRUE(json::parse(answer.body).at("own_region").as_bool());
  answer = ask("POST", "/v1/fraud/settings", {{"countries", {"GB", "US", "GB"}}});
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(json::parse(answer.body).at("countries").as_array().size(), 2u);
  EXPECT_FALSE(judge("+447400123456").blocked);
  EXPECT_TRUE(judge("+4915112345678").blocked);
  for (const auto& bad : {json::object{{"countries", {"XX"}}}, json::object{{"block_score", 10}},
                          json::object{{"enforcement", "off"}}, json::object{{"colour", 1}}}) {
    EXPECT_EQ(ask("POST", "/v1/fraud/settings", bad).status, 400);
  }
  EXPECT_EQ(ask("POST", "/v1/fraud/settings", {{"countries", json::array()}}).status, 200);
  EXPECT_TRUE(judge("+447400123457").blocked);
}

TEST_F(FraudTest, LetsSafeNumbersThroughWhateverElse) {
  ASSERT_EQ(ask("POST", "/v1/fraud/safe_numbers", {{"phone_number", "+447400123456"}}).status, 201);
  EXPECT_FALSE(judge("+447400123456").blocked);
  const auto list = ask("GET", "/v1/fraud/safe_numbers");
  EXPECT_EQ(json::parse(list.body).at("data").as_array().size(), 1u);
  EXPECT_EQ(ask("DELETE", "/v1/fraud/safe_numbers/+447400123456").status, 204);
  EXPECT_EQ(ask("DELETE", "/v1/fraud/safe_numbers/+447400123456").status, 404);
  EXPECT_TRUE(judge("+447400123456").blocked);
}

TEST_F(FraudTest, MakesAndLiftsBlocksByHand) {
  const auto made = ask("POST", "/v1/fraud/blocks", {{"prefix", "+1415"}, {"hours", 2}});
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_TRUE(judge("+14155552671").blocked);
  const std::string sid(json::parse(made.body).at("sid").as_string());
  EXPECT_EQ(ask("DELETE", "/v1/fraud/blocks/" + sid).status, 204);
  EXPECT_EQ(ask("DELETE", "/v1/fraud/blocks/" + sid).status, 409);
  EXPECT_FALSE(judge("+14155552672").blocked);
  EXPECT_EQ(ask("POST", "/v1/fraud/blocks", {{"prefix", "x"}}).status, 400);
  const auto list = json::parse(ask("GET", "/v1/fraud/blocks").body).at("data").as_array();
  ASSERT_EQ(list.size(), 1u);
  EXPECT_FALSE(list[0].at("active").as_bool());
}

TEST_F(FraudTest, KeepsJudgementsForReview) {
  pump("+12015552", 20);
  db_.run(guard_.finish());
  const auto answer = ask("GET", "/v1/fraud/judgements?blocked=true&limit=5");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto rows = json::parse(answer.body).at("data").as_array();
  ASSERT_EQ(rows.size(), 5u);
  EXPECT_EQ(rows[0].at("to").as_string(), "+12015552019");
  EXPECT_GE(rows[0].at("reasons").as_array().size(), 1u);
}

TEST(Counters, StayWithinTheirBoundAndKeepWhatIsStrong) {
  Counters counters;
  const Time now = ManualClock().now();
  counters.at(prefix_key("12015552"), now).asked_hour = 1'000;
  for (std::uint64_t i = 0; i < 200'000; ++i)
    counters.at(prefix_key(std::to_string(i)), now).asked_hour = 1;
  EXPECT_LE(counters.size(), Counters::most);
  EXPECT_GT(counters.read(prefix_key("12015552"), now).asked_hour, 900);
  EXPECT_NEAR(counters.read(prefix_key("12015552"), now + 1h).asked_hour, 500, 1);
}

TEST(Simulation, StopsPumpingAndHindersHardlyAnyone) {
  auto mix = testing::mixes()[5];
  mix.honest_a_minute = 10;
  const auto outcome = testing::simulate(mix, 1);
  EXPECT_EQ(outcome.attack_requests, 10'000u);
  EXPECT_GE(outcome.stopped(), 0.98);
  EXPECT_GE(outcome.first_block_s, 0);
  EXPECT_LE(outcome.first_block_s, 60);
  EXPECT_LE(outcome.hindered(), 0.005);
  EXPECT_EQ(outcome.standing_after, 0u);
  EXPECT_EQ(outcome.passed_after, outcome.tried_after);
}

}  // namespace
}  // namespace cloudvno::fraud
