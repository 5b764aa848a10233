// The numbers of an account: the first set, its settings, and nobody else's.
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <set>

#include "domain/accounts/accounts.hpp"
#include "domain/accounts/testing/test_account.hpp"
#include "domain/numbers/assign_numbers.hpp"
#include "domain/numbers/number_store.hpp"
#include "domain/numbers/numbers_api.hpp"
#include "domain/numbers/sandbox_inventory.hpp"
#include "domain/webhooks/testing/fake_sender.hpp"

namespace cloudvno::numbers {
namespace {

namespace json = boost::json;
using accounts::testing::TestAccount;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class NumbersTest : public ::testing::Test {
 protected:
  NumbersTest() { mount_numbers(api_, vault_, webhooks_, clock_); }

  Result<std::vector<Number>> first_set(const TestAccount& holder) {
    return db_->transact_now([&](storage::Transaction& tx) {
      return assign_sandbox_numbers(tx, vault_, *holder.account.keys, holder.account.sid,
                                    clock_.now());
    });
  }
  Result<Number> assign(const TestAccount& holder, std::string_view e164) {
    return db_->transact_now([&](storage::Transaction& tx) {
      return assign_carrier_number(tx, vault_, *holder.account.keys, holder.account.sid,
                                   *PhoneNumber::parse(e164), "acme", "US", clock_.now());
    });
  }
  std::optional<AccountSid> holder_of(std::string_view e164) {
    return db_
        ->read_now([&](storage::Transaction& tx) -> Result<std::optional<AccountSid>> {
          return find_holder(tx, vault_, *PhoneNumber::parse(e164));
        })
        .value();
  }
  http::Response ask(std::string method, const std::string& argument, const json::object& body = {},
                     std::string key = {}) {
    http::Request raw;
    raw.method = std::move(method);
    raw.path = "/v1/incoming_phone_numbers" + (argument.empty() ? "" : "/" + argument);
    raw.headers.add("Authorization", "Bearer " + (key.empty() ? test_.test_key : key));
    if (raw.method == "POST") {
      raw.headers.add("Content-Type", "application/json");
      raw.body = json::serialize(body);
    }
    return db_.run(api_.handle(raw));
  }
  static std::string text(const http::Response& response, std::string_view name) {
    EXPECT_EQ(response.status, 200) << response.body;
    const auto value = json::parse(response.body);
    const auto* member = value.as_object().if_contains(name);
    return member && member->is_string() ? std::string(member->as_string()) : "null";
  }
  static std::string code(const http::Response& response) {
    return std::string(json::parse(response.body).at("error").at("code").as_string());
  }

  ManualClock clock_;
  vault::Vault vault_{vault::Key{7}};
  storage::testing::TestDatabase db_;
  TestAccount test_ = TestAccount::open(db_, vault_, clock_.now(), {"Test", false, false});
  TestAccount other_ = TestAccount::open(db_, vault_, clock_.now(), {"Other", false, false});
  accounts::Accounts accounts_{*db_, vault_, clock_};
  api::Api api_{*db_, clock_, accounts_, "https://host"};
  cluster::Node node_{*db_, clock_, "test", true};
  webhooks::testing::FakeSender sender_;
  webhooks::Webhooks webhooks_{*db_, node_, accounts_, sender_, clock_, db_.home()};
};

TEST_F(NumbersTest, GiveEachAccountAFirstSetOfItsOwn) {
  const auto set = first_set(test_);
  ASSERT_TRUE(set);
  std::vector<std::string> countries;
  for (const auto& number : *set) {
    countries.push_back(number.country);
    EXPECT_EQ(number.carrier, "sandbox");
    EXPECT_FALSE(number.live);
    EXPECT_TRUE(is_sandbox_number(number.number));
    EXPECT_EQ(holder_of(number.number.e164()), test_.account.sid);
  }
  EXPECT_THAT(countries, ElementsAre("US", "US", "GB", "FR", "AU"));

  std::set<std::string> all;
  const auto second = first_set(other_);
  ASSERT_TRUE(second);
  for (const auto* numbers : {&*set, &*second}) {
    for (const auto& number : *numbers) all.insert(number.number.e164());
  }
  EXPECT_EQ(all.size(), 10u);
}

TEST_F(NumbersTest, SayWhichCountryHasNoneLeft) {
  // The US has 16 ranges of 100 numbers, two of which go to each account.
  const auto set = db_->transact_now([&](storage::Transaction& tx) {
    Result<std::vector<Number>> last;
    for (int i = 0; i < 801 && last; ++i) {
      last =
          assign_sandbox_numbers(tx, vault_, *test_.account.keys, test_.account.sid, clock_.now());
    }
    return last;
  });
  ASSERT_FALSE(set);
  EXPECT_EQ(set.error().code, Errc::number_not_available);
  EXPECT_THAT(set.error().text, HasSubstr("US"));
}

TEST_F(NumbersTest, GoToOneHolderOnly) {
  ASSERT_TRUE(assign(test_, "+12025550123"));
  const auto second = assign(other_, "+12025550123");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::number_not_available);
  EXPECT_FALSE(assign(test_, "+12025550123"));
  EXPECT_EQ(holder_of("+12025550123"), test_.account.sid);
  EXPECT_EQ(holder_of("+12025550124"), std::nullopt);
}

TEST_F(NumbersTest, AreReadBySidAndByNumber) {
  const auto number = first_set(test_)->front();
  for (const auto& argument :
       {number.sid.str(), number.number.e164(), "%2B" + number.number.e164().substr(1)}) {
    const auto read = ask("GET", argument);
    EXPECT_EQ(text(read, "sid"), number.sid.view());
    EXPECT_EQ(text(read, "phone_number"), number.number.e164());
    EXPECT_EQ(text(read, "friendly_name"), number.number.e164());
    EXPECT_EQ(text(read, "sms_url"), "null");
    EXPECT_EQ(text(read, "mode"), "test");
  }
}

TEST_F(NumbersTest, TakeAnSmsUrlAndLetItGoAgain) {
  const auto sid = first_set(test_)->front().sid.str();
  clock_.advance(std::chrono::minutes(1));
  const auto changed = ask("POST", sid,
                           {{"sms_url", "https://user.example/sms?token=secret"},
                            {"sms_method", "GET"},
                            {"sms_fallback_url", "https://user.example/later"},
                            {"friendly_name", "Front desk"}});
  EXPECT_EQ(text(changed, "sms_url"), "https://user.example/sms?token=secret");
  EXPECT_EQ(text(changed, "date_updated"), to_iso8601(clock_.now()));
  const auto read = ask("GET", sid);
  EXPECT_EQ(read.body, changed.body);
  EXPECT_EQ(text(read, "sms_method"), "GET");
  EXPECT_EQ(text(read, "sms_fallback_url"), "https://user.example/later");
  EXPECT_EQ(text(read, "friendly_name"), "Front desk");

  EXPECT_EQ(text(ask("POST", sid, {{"sms_url", ""}}), "sms_url"), "null");
  EXPECT_EQ(text(ask("GET", sid), "friendly_name"), "Front desk");
}

TEST_F(NumbersTest, RefuseSettingsThatAreWrongAndKeepTheOldOnes) {
  const auto sid = first_set(test_)->front().sid.str();
  EXPECT_EQ(ask("POST", sid, {{"sms_url", "https://a.example/"}}).status, 200);
  for (const auto& body : {json::object{{"sms_url", "ftp://a.example/"}},
                           json::object{{"sms_url", "https://b.example/"}, {"sms_method", "PUT"}},
                           json::object{{"sms_url", 7}}, json::object{{"sms_uri", "x"}}}) {
    EXPECT_EQ(ask("POST", sid, body).status, 400) << json::serialize(body);
  }
  EXPECT_EQ(text(ask("GET", sid), "sms_url"), "https://a.example/");
}

TEST_F(NumbersTest, OfAnotherAccountAreNotFound) {
  const auto number = first_set(other_)->front();
  for (const auto& argument : {number.sid.str(), number.number.e164()}) {
    const auto read = ask("GET", argument);
    EXPECT_EQ(read.status, 404);
    EXPECT_EQ(code(read), "not_found");
    EXPECT_THAT(read.body, Not(HasSubstr(number.number.e164())));
    EXPECT_EQ(ask("POST", argument, {{"sms_url", "https://evil.example/"}}).status, 404);
  }
  EXPECT_EQ(text(ask("GET", number.sid.str(), {}, other_.test_key), "sms_url"), "null");
  EXPECT_TRUE(json::parse(ask("GET", "").body).at("data").as_array().empty());
}

TEST_F(NumbersTest, OfTheOtherModeAreNotFound) {
  const auto live = assign(test_, "+12025550123");
  ASSERT_TRUE(live);
  EXPECT_EQ(ask("GET", live->sid.str()).status, 404);
  EXPECT_EQ(text(ask("GET", live->sid.str(), {}, test_.live_key), "mode"), "live");
  EXPECT_EQ(ask("GET", first_set(test_)->front().sid.str(), {}, test_.live_key).status, 404);
}

TEST_F(NumbersTest, KeepNumberAndSettingsSealed) {
  const auto number = first_set(test_)->front();
  EXPECT_EQ(ask("POST", number.sid.str(), {{"sms_url", "https://user.example/"}}).status, 200);
  const auto row = db_->read_now([&](storage::Transaction& tx) -> Result<std::string> {
    const auto rows = tx.query(
        "SELECT number_index, number_sealed, settings_sealed FROM incoming_number WHERE sid = $1",
        number.sid);
    if (!rows->next()) return fail(Errc::not_found);
    std::string all;
    for (int column = 0; column < 3; ++column) all += as_text(rows->bytes(column));
    return all;
  });
  ASSERT_TRUE(row);
  EXPECT_THAT(*row, Not(HasSubstr("user.example")));
  EXPECT_THAT(*row, Not(HasSubstr(number.number.digits())));
}

TEST(SandboxInventory, DrawsFromRangesForFictionOnly) {
  for (const std::string_view country : {"US", "GB", "FR", "AU"}) {
    for (int i = 0; i < 200; ++i) {
      const auto drawn = draw_sandbox_number(country);
      ASSERT_TRUE(drawn);
      EXPECT_EQ(drawn->kind.country, country);
      EXPECT_TRUE(is_sandbox_number(drawn->number));
      EXPECT_FALSE(drawn->number.e164().starts_with("+1201555")) << "a handset's own number";
    }
  }
  EXPECT_FALSE(draw_sandbox_number("DE"));
  EXPECT_TRUE(is_sandbox_number(*PhoneNumber::parse("+12015550100")));
  EXPECT_FALSE(is_sandbox_number(*PhoneNumber::parse("+12015550200")));
  EXPECT_FALSE(is_sandbox_number(*PhoneNumber::parse("+4915112345678")));
}

}  // namespace
}  // namespace cloudvno::numbers
