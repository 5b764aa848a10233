// Buying and releasing through the API: who gets a number, what it brings, and its rest.
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <set>
#include <thread>

#include "domain/accounts/accounts.hpp"
#include "domain/accounts/testing/test_account.hpp"
#include "domain/numbers/buy_number.hpp"
#include "domain/numbers/number_store.hpp"
#include "domain/numbers/numbers.hpp"
#include "domain/numbers/offer_store.hpp"
#include "domain/numbers/release_number.hpp"
#include "domain/numbers/resting_store.hpp"
#include "domain/numbers/sandbox_inventory.hpp"
#include "domain/webhooks/testing/fake_sender.hpp"

namespace cloudvno::numbers {
namespace {

namespace json = boost::json;
using accounts::testing::TestAccount;
using storage::Transaction;

class BuyNumber : public ::testing::Test {
 protected:
  BuyNumber() { numbers_.mount(api_); }

  static Offer offer(std::string_view e164) {
    Offer offer;
    offer.number = PhoneNumber::parse_sender(e164).value();
    offer.kind = {"US", "local", true, false, true, 11, 3};
    offer.carrier = "acme";
    offer.monthly_price = Money::parse("1.15");
    if (offer.number.is_short_code()) {
      offer.kind = {"US", "short-code", true, false, false, 5, 0};
    }
    return offer;
  }
  void put(const std::vector<Offer>& offers) {
    ASSERT_TRUE(db_->transact_now([&](Transaction& tx) -> Result<> {
      put_offers(tx, offers);
      return {};
    }));
  }
  http::Response ask(std::string method, const std::string& path, const json::object& body = {},
                     const std::string& key = {}, const std::string& idempotency = {}) {
    http::Request raw;
    raw.method = std::move(method);
    const auto query = path.find('?');
    raw.path = "/v1/" + path.substr(0, query);
    if (query != std::string::npos) raw.query = path.substr(query + 1);
    raw.headers.add("Authorization", "Bearer " + (key.empty() ? holder_.live_key : key));
    if (!idempotency.empty()) raw.headers.add("Idempotency-Key", idempotency);
    if (raw.method == "POST") {
      raw.headers.add("Content-Type", "application/json");
      raw.body = json::serialize(body);
    }
    return db_.run(api_.handle(raw));
  }
  http::Response buy(const json::object& body, const std::string& key = {}) {
    return ask("POST", "incoming_phone_numbers", body, key);
  }
  std::vector<std::string> available(const std::string& query, const std::string& key = {}) {
    const auto response = ask("GET", "available_phone_numbers?" + query, {}, key);
    EXPECT_EQ(response.status, 200) << response.body;
    std::vector<std::string> found;
    const auto body = json::parse(response.body);
    for (const auto& each : body.at("data").as_array()) {
      found.emplace_back(each.at("phone_number").as_string());
    }
    return found;
  }
  static std::string member(const http::Response& response, std::string_view name) {
    const auto body = json::parse(response.body);
    const auto* value = body.as_object().if_contains(name);
    if (!value) return "absent";
    return value->is_string() ? std::string(value->as_string()) : json::serialize(*value);
  }
  static std::string code(const http::Response& response) {
    return std::string(json::parse(response.body).at("error").at("code").as_string());
  }
  std::optional<AccountSid> holder_of(std::string_view e164) {
    return db_
        ->read_now([&](Transaction& tx) -> Result<std::optional<AccountSid>> {
          return find_holder(tx, vault_, *PhoneNumber::parse_sender(e164));
        })
        .value();
  }

  ManualClock clock_;
  vault::Vault vault_{vault::Key{7}};
  storage::testing::TestDatabase db_;
  TestAccount holder_ = TestAccount::open(db_, vault_, clock_.now(), {"Holder", false, false});
  TestAccount other_ = TestAccount::open(db_, vault_, clock_.now(), {"Other", false, false});
  accounts::Accounts accounts_{*db_, vault_, clock_};
  api::Api api_{*db_, clock_, accounts_, "https://host"};
  cluster::Node node_{*db_, clock_, "test", true};
  webhooks::testing::FakeSender sender_;
  webhooks::Webhooks webhooks_{*db_, node_, accounts_, sender_, clock_, db_.home()};
  Numbers numbers_{*db_, vault_, webhooks_, clock_};
};

TEST_F(BuyNumber, MakesThatNumberTheAccountsOwn) {
  put({offer("+14155550123"), offer("+14155550124")});
  const auto bought = buy({{"phone_number", "+14155550123"},
                           {"friendly_name", "Front desk"},
                           {"sms_url", "https://app.example/sms"},
                           {"voice_method", "GET"}});
  ASSERT_EQ(bought.status, 201) << bought.body;
  EXPECT_EQ(member(bought, "phone_number"), "+14155550123");
  EXPECT_EQ(member(bought, "friendly_name"), "Front desk");
  EXPECT_EQ(member(bought, "sms_url"), "https://app.example/sms");
  EXPECT_EQ(member(bought, "sms_method"), "POST");
  EXPECT_EQ(member(bought, "voice_method"), "GET");
  EXPECT_EQ(member(bought, "area_code"), "415");
  EXPECT_EQ(member(bought, "country"), "US");
  EXPECT_EQ(member(bought, "monthly_price"), "1.15");
  EXPECT_EQ(member(bought, "capabilities"), R"({"sms":true,"mms":false,"voice":true})");
  EXPECT_EQ(member(bought, "carrier"), "acme");
  EXPECT_EQ(member(bought, "mode"), "live");
  EXPECT_EQ(holder_of("+14155550123"), holder_.account.sid);
  const auto read = ask("GET", "incoming_phone_numbers/" + member(bought, "sid"));
  EXPECT_EQ(read.body, bought.body);
  EXPECT_EQ(available(""), std::vector<std::string>{"+14155550124"});
}

TEST_F(BuyNumber, IsRefusedForANumberThatIsHeldOrNotOffered) {
  put({offer("+14155550123")});
  ASSERT_EQ(buy({{"phone_number", "+14155550123"}}).status, 201);
  for (const auto* number : {"+14155550123", "+14155550999", "72345"}) {
    const auto refused = buy({{"phone_number", number}}, other_.live_key);
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(code(refused), "number_not_available");
  }
  EXPECT_EQ(code(buy({{"area_code", "415"}})), "number_not_available");
  EXPECT_EQ(holder_of("+14155550123"), holder_.account.sid);
}

TEST_F(BuyNumber, TakesAnyOfAnAreaCode) {
  put({offer("+14155550123"), offer("+12125550124")});
  const auto bought = buy({{"area_code", "415"}});
  ASSERT_EQ(bought.status, 201) << bought.body;
  EXPECT_EQ(member(bought, "phone_number"), "+14155550123");
  EXPECT_EQ(code(buy({{"area_code", "415"}})), "number_not_available");
  EXPECT_EQ(code(buy({{"area_code", "212"}, {"mms_enabled", true}})), "number_not_available");
  EXPECT_EQ(buy({{"area_code", "212"}, {"voice_enabled", true}, {"country", "US"}}).status, 201);
}

TEST_F(BuyNumber, NeedsToKnowWhich) {
  EXPECT_EQ(code(buy({})), "missing_parameter");
  EXPECT_EQ(code(buy({{"country", "US"}})), "missing_parameter");
  EXPECT_EQ(code(buy({{"phone_number", "+14155550123"}, {"area_code", "415"}})),
            "invalid_parameter");
  EXPECT_EQ(code(buy({{"phone_number", "4155550123"}})), "invalid_phone_number");
  for (const auto& body : {json::object{{"area_code", "4x"}}, json::object{{"area_code", ""}},
                           json::object{{"area_code", "415"}, {"country", "us"}},
                           json::object{{"area_code", "415"}, {"type", "fixed"}},
                           json::object{{"area_code", "415"}, {"contains", "#"}},
                           json::object{{"area_code", "415"}, {"trunk_sid", "TK1"}},
                           json::object{{"area_code", "415"}, {"voice_url", "tel:1"}}}) {
    EXPECT_EQ(code(buy(body)), "invalid_parameter") << json::serialize(body);
  }
}

TEST_F(BuyNumber, HappensOnceForOneIdempotencyKey) {
  put({offer("+14155550123"), offer("+14155550124")});
  const auto first = ask("POST", "incoming_phone_numbers", {{"area_code", "415"}}, {}, "once");
  const auto again = ask("POST", "incoming_phone_numbers", {{"area_code", "415"}}, {}, "once");
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(available("").size(), 1u);
}

TEST_F(BuyNumber, OfAShortCodeWorksAsOfANumber) {
  put({offer("72345")});
  EXPECT_EQ(available("type=short-code"), std::vector<std::string>{"72345"});
  const auto bought = buy({{"phone_number", "72345"}});
  ASSERT_EQ(bought.status, 201) << bought.body;
  EXPECT_EQ(member(bought, "phone_number"), "72345");
  EXPECT_EQ(member(ask("GET", "incoming_phone_numbers/72345"), "type"), "short-code");
  EXPECT_EQ(ask("DELETE", "incoming_phone_numbers/72345").status, 204);
}

TEST_F(BuyNumber, WithATestKeyTakesFromTheSandboxOnly) {
  put({offer("+14155559999")});
  EXPECT_EQ(code(buy({{"phone_number", "+14155559999"}}, holder_.test_key)),
            "number_not_available");
  const auto numbers = available("country=GB&type=mobile&limit=5", holder_.test_key);
  ASSERT_EQ(numbers.size(), 5u);
  for (const auto& number : numbers) EXPECT_TRUE(number.starts_with("+447700900"));
  const auto bought = buy({{"phone_number", numbers[0]}}, holder_.test_key);
  ASSERT_EQ(bought.status, 201) << bought.body;
  EXPECT_EQ(member(bought, "carrier"), "sandbox");
  EXPECT_EQ(member(bought, "mode"), "test");
  EXPECT_EQ(code(buy({{"phone_number", numbers[0]}}, other_.test_key)), "number_not_available");
  EXPECT_EQ(buy({{"area_code", "415"}}, holder_.test_key).status, 201);
  EXPECT_EQ(code(buy({{"phone_number", "+12015550100"}}, holder_.test_key)), "number_not_available")
      << "a handset's own number";
  EXPECT_TRUE(available("contains=%2B120155*", holder_.test_key).empty());
  EXPECT_EQ(available("contains=%2B6125550*7&limit=1000", holder_.test_key).size(), 1000u);
}

TEST_F(BuyNumber, WithATestKeyHasALimit) {
  ASSERT_TRUE(db_->transact_now([&](Transaction& tx) -> Result<> {
    Purchase purchase;
    purchase.account = holder_.account.sid;
    for (int i = 0; i < most_sandbox_numbers; ++i) {
      TRY(buy_number(tx, vault_, *holder_.account.keys, purchase, clock_.now()));
    }
    return {};
  }));
  EXPECT_EQ(code(buy({{"area_code", "415"}}, holder_.test_key)), "number_limit_reached");
  EXPECT_EQ(buy({{"area_code", "415"}}, other_.test_key).status, 201);
}

TEST_F(BuyNumber, GivesEachNumberToOneBuyerHoweverManyWantIt) {
  constexpr int buyers = 6;
  constexpr int contested = 40;
  std::vector<Offer> offers;
  for (int i = 0; i < contested; ++i) offers.push_back(offer(fmt::format("+1415555{:04}", i)));
  put(offers);
  // A second process on the same store.
  const auto second = db_.open_another();
  std::vector<std::vector<std::string>> won(buyers);
  {
    std::vector<std::jthread> threads;
    for (int buyer = 0; buyer < buyers; ++buyer) {
      threads.emplace_back([&, buyer] {
        auto& db = buyer % 2 == 0 ? *db_ : *second;
        const auto& account = (buyer % 2 == 0 ? holder_ : other_).account;
        for (int i = 0; i < contested; ++i) {
          Purchase purchase;
          purchase.account = account.sid;
          purchase.live = true;
          purchase.number = offers[static_cast<std::size_t>(i)].number;
          const auto number = db.transact_now([&](Transaction& tx) {
            return buy_number(tx, vault_, *account.keys, purchase, clock_.now());
          });
          if (number) {
            won[static_cast<std::size_t>(buyer)].push_back(number->number.e164());
          } else {
            EXPECT_EQ(number.error().code, Errc::number_not_available);
          }
        }
      });
    }
  }
  std::set<std::string> all;
  std::size_t sum = 0;
  for (const auto& numbers : won) {
    all.insert(numbers.begin(), numbers.end());
    sum += numbers.size();
  }
  EXPECT_EQ(sum, static_cast<std::size_t>(contested));
  EXPECT_EQ(all.size(), static_cast<std::size_t>(contested));
}

TEST_F(BuyNumber, OfAnyServesAllBuyersAsLongAsThereAreNumbers) {
  constexpr int buyers = 6;
  constexpr int each = 10;
  std::vector<Offer> offers;
  for (int i = 0; i < buyers * each; ++i) offers.push_back(offer(fmt::format("+1415555{:04}", i)));
  put(offers);
  std::atomic<int> bought{0};
  {
    std::vector<std::jthread> threads;
    for (int buyer = 0; buyer < buyers; ++buyer) {
      threads.emplace_back([&] {
        Purchase purchase;
        purchase.account = holder_.account.sid;
        purchase.live = true;
        purchase.any.area_code = "415";
        for (int i = 0; i < each; ++i) {
          bought +=
              db_->transact_now([&](Transaction& tx) {
                   return buy_number(tx, vault_, *holder_.account.keys, purchase, clock_.now());
                 })
                  .has_value();
        }
      });
    }
  }
  EXPECT_EQ(bought, buyers * each);
  EXPECT_EQ(code(buy({{"area_code", "415"}})), "number_not_available");
}

TEST_F(BuyNumber, UndoneByAReleaseLeavesNothingOfTheHolder) {
  put({offer("+14155550123")});
  const auto bought =
      buy({{"phone_number", "+14155550123"}, {"sms_url", "https://app.example/sms"}});
  const auto sid = member(bought, "sid");
  const auto released = ask("DELETE", "incoming_phone_numbers/%2B14155550123");
  EXPECT_EQ(released.status, 204);
  EXPECT_TRUE(released.body.empty());
  EXPECT_EQ(ask("DELETE", "incoming_phone_numbers/" + sid).status, 404);
  EXPECT_EQ(ask("GET", "incoming_phone_numbers/" + sid).status, 404);
  EXPECT_EQ(ask("POST", "incoming_phone_numbers/" + sid, {{"sms_url", ""}}).status, 404);
  EXPECT_EQ(holder_of("+14155550123"), std::nullopt) << "what comes in reaches nobody";
}

TEST_F(BuyNumber, WaitsUntilAReleasedNumberHasRested) {
  put({offer("+14155550123")});
  ASSERT_EQ(buy({{"area_code", "415"}}).status, 201);
  ASSERT_EQ(ask("DELETE", "incoming_phone_numbers/+14155550123").status, 204);
  for (const auto rested :
       {std::chrono::hours(0), std::chrono::hours(24 * 30) - std::chrono::hours(1)}) {
    clock_.advance(rested);
    db_.run(numbers_.end_rests());
    EXPECT_TRUE(available("").empty());
    for (const auto& key : {holder_.live_key, other_.live_key}) {
      EXPECT_EQ(code(buy({{"phone_number", "+14155550123"}}, key)), "number_not_available");
    }
  }
  clock_.advance(std::chrono::hours(1));
  db_.run(numbers_.end_rests());
  EXPECT_EQ(available("area_code=415"), std::vector<std::string>{"+14155550123"});
  const auto bought = buy({{"phone_number", "+14155550123"}}, other_.live_key);
  ASSERT_EQ(bought.status, 201);
  EXPECT_EQ(member(bought, "sms_url"), "null");
  EXPECT_EQ(member(bought, "monthly_price"), "1.15") << "as it was offered";
  EXPECT_EQ(member(bought, "area_code"), "415");
  EXPECT_EQ(holder_of("+14155550123"), other_.account.sid);
}

TEST_F(BuyNumber, EndsWithItsAccountAndRestsAsAfterARelease) {
  put({offer("+14155550123"), offer("+14155550124")});
  ASSERT_EQ(buy({{"area_code", "415"}, {"friendly_name", "planted"}}).status, 201);
  ASSERT_EQ(buy({{"area_code", "415"}}).status, 201);
  const auto release = [&] {
    return db_
        ->transact_now([&](Transaction& tx) -> Result<std::int64_t> {
          return release_all(tx, vault_, *holder_.account.keys, holder_.account.sid, clock_.now(),
                             1);
        })
        .value();
  };
  EXPECT_EQ(release(), 1);
  EXPECT_EQ(release(), 1);
  EXPECT_EQ(release(), 0);
  EXPECT_TRUE(available("").empty());
  EXPECT_EQ(code(buy({{"phone_number", "+14155550123"}}, other_.live_key)), "number_not_available");
  clock_.advance(rest_of_numbers);
  db_.run(numbers_.end_rests());
  EXPECT_EQ(available("").size(), 2u);
  const auto bought = buy({{"phone_number", "+14155550123"}}, other_.live_key);
  ASSERT_EQ(bought.status, 201);
  EXPECT_EQ(member(bought, "friendly_name"), "+14155550123") << "nothing of the holder before";
  EXPECT_EQ(member(bought, "monthly_price"), "1.15");
}

TEST_F(BuyNumber, RestsThoughNobodyCanReadItAnyMore) {
  put({offer("+14155550123")});
  ASSERT_EQ(buy({{"phone_number", "+14155550123"}}).status, 201);
  ASSERT_TRUE(db_->transact_now([&](Transaction& tx) -> Result<> {
    for (int again = 0; again < 2; ++again) rest_unread(tx, holder_.account.sid, clock_.now());
    tx.run("DELETE FROM incoming_number WHERE account_sid = $1", holder_.account.sid);
    put_offers(tx, std::vector{offer("+14155550123")});
    return {};
  }));
  EXPECT_EQ(code(buy({{"phone_number", "+14155550123"}}, other_.live_key)), "number_not_available");
  clock_.advance(rest_of_numbers);
  db_.run(numbers_.end_rests());
  EXPECT_EQ(buy({{"phone_number", "+14155550123"}}, other_.live_key).status, 201);
}

TEST_F(BuyNumber, OfTheSandboxRestsToo) {
  ASSERT_EQ(buy({{"phone_number", "+14155550123"}}, holder_.test_key).status, 201);
  ASSERT_EQ(ask("DELETE", "incoming_phone_numbers/+14155550123", {}, holder_.test_key).status, 204);
  const auto offered = [&] { return available("contains=%2B14155550123", other_.test_key).size(); };
  EXPECT_EQ(offered(), 0u);
  EXPECT_EQ(code(buy({{"phone_number", "+14155550123"}}, other_.test_key)), "number_not_available");
  clock_.advance(std::chrono::hours(24 * 30));
  db_.run(numbers_.end_rests());
  EXPECT_EQ(offered(), 1u);
  EXPECT_TRUE(available("").empty()) << "not on offer to live keys";
  EXPECT_EQ(buy({{"phone_number", "+14155550123"}}, other_.test_key).status, 201);
}

TEST_F(BuyNumber, LeavesNoRestingNumberInClear) {
  put({offer("+14155550123")});
  ASSERT_EQ(buy({{"area_code", "415"}}).status, 201);
  ASSERT_EQ(ask("DELETE", "incoming_phone_numbers/+14155550123").status, 204);
  const auto row = db_->read_now([&](Transaction& tx) -> Result<std::string> {
    const auto rows = tx.query("SELECT number_index, offer_sealed FROM resting_number");
    if (!rows->next()) return fail(Errc::not_found);
    return std::string(as_text(rows->bytes(0))) + std::string(as_text(rows->bytes(1)));
  });
  ASSERT_TRUE(row);
  EXPECT_FALSE(row->contains("4155550123"));
  EXPECT_FALSE(row->contains("acme"));
}

TEST_F(BuyNumber, ListsByTypeCountryAndTime) {
  put({offer("+14155550123"), offer("72345")});
  ASSERT_EQ(buy({{"phone_number", "72345"}}).status, 201);
  clock_.advance(std::chrono::hours(1));
  const auto later = to_iso8601(clock_.now());
  ASSERT_EQ(buy({{"phone_number", "+14155550123"}}).status, 201);
  const auto count = [&](const std::string& query) {
    const auto response = ask("GET", "incoming_phone_numbers?" + query);
    EXPECT_EQ(response.status, 200) << response.body;
    return json::parse(response.body).at("data").as_array().size();
  };
  EXPECT_EQ(count(""), 2u);
  EXPECT_EQ(count("type=short-code"), 1u);
  EXPECT_EQ(count("country=US"), 2u);
  EXPECT_EQ(count("country=GB"), 0u);
  EXPECT_EQ(count("created_after=" + later), 1u);
  EXPECT_EQ(count("created_before=" + later), 1u);
  EXPECT_EQ(count("phone_number=72345"), 1u);
  EXPECT_EQ(count("phone_number=%2B14155550123"), 1u);
}

}  // namespace
}  // namespace cloudvno::numbers
