// Pools: their routes, and the member that a message goes out from.
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <map>

#include "domain/accounts/accounts.hpp"
#include "domain/accounts/testing/test_account.hpp"
#include "domain/numbers/assign_numbers.hpp"
#include "domain/numbers/number_store.hpp"
#include "domain/senders/choose_sender.hpp"
#include "domain/senders/sender_pool_store.hpp"
#include "domain/senders/sender_pools_api.hpp"

namespace cloudvno::senders {
namespace {

namespace json = boost::json;
using accounts::testing::TestAccount;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

const auto american = *PhoneNumber::parse("+12015550100");
const auto german = *PhoneNumber::parse("+4915155500100");

class SenderPoolsTest : public ::testing::Test {
 protected:
  SenderPoolsTest() { mount_sender_pools(api_, vault_, clock_); }

  template <class Body>
  auto write(Body body) {
    auto done = db_->transact_now(body);
    EXPECT_TRUE(done) << (done ? "" : done.error().detail);
    return *done;
  }
  http::Response ask(std::string method, const std::string& path, const json::object& body = {},
                     std::string key = {}) {
    http::Request raw;
    raw.method = std::move(method);
    const auto mark = path.find('?');
    raw.path = "/v1/sender_pools" + path.substr(0, mark);
    if (mark != std::string::npos) raw.query = path.substr(mark + 1);
    raw.headers.add("Authorization", "Bearer " + (key.empty() ? test_.test_key : key));
    if (raw.method == "POST") {
      raw.headers.add("Content-Type", "application/json");
      raw.body = json::serialize(body);
    }
    return db_.run(api_.handle(raw));
  }
  std::string make(std::initializer_list<const numbers::Number*> members, json::object extra = {}) {
    json::array senders;
    for (const auto* member : members) senders.emplace_back(member->number.e164());
    extra["name"] = "Shop";
    extra["senders"] = std::move(senders);
    const auto made = ask("POST", "", extra);
    EXPECT_EQ(made.status, 201) << made.body;
    return std::string(json::parse(made.body).at("sid").as_string());
  }
  std::vector<std::string> members(const std::string& sid) {
    std::vector<std::string> found;
    const auto pool = json::parse(ask("GET", "/" + sid).body);
    for (const auto& each : pool.at("senders").as_array()) {
      found.emplace_back(each.at("phone_number").as_string());
    }
    return found;
  }
  Result<Choice> try_to_choose(const std::string& sid, const PhoneNumber& recipient,
                               bool live = false) {
    return db_->transact_now([&](storage::Transaction& tx) {
      return choose_sender(tx, *test_.account.keys, test_.account.sid, live,
                           *SenderPoolSid::parse(sid), recipient, false, clock_.now());
    });
  }
  std::string choose(const std::string& sid, const PhoneNumber& recipient) {
    const auto choice = try_to_choose(sid, recipient);
    EXPECT_TRUE(choice);
    return choice ? choice->sender.number.e164() : "";
  }
  void release(const numbers::Number& number) {
    write([&](storage::Transaction& tx) -> Result<bool> {
      return numbers::delete_number(tx, number.sid);
    });
  }
  numbers::Number add_number(std::string_view number, std::string_view country,
                             std::string_view type, bool sms = true) {
    numbers::Offer offer;
    offer.number = *PhoneNumber::parse_sender(number);
    offer.kind.country = country;
    offer.kind.type = type;
    offer.kind.sms = sms;
    offer.kind.length = static_cast<int>(offer.number.digits().size());
    offer.carrier = "sandbox";
    auto made = numbers::make_number(test_.account.sid, false, offer, clock_.now());
    write([&](storage::Transaction& tx) -> Result<bool> {
      return numbers::insert_number(tx, vault_, *test_.account.keys, made);
    });
    return made;
  }

  ManualClock clock_;
  vault::Vault vault_{vault::Key{7}};
  storage::testing::TestDatabase db_;
  TestAccount test_ = TestAccount::open(db_, vault_, clock_.now(), {"Test", false, false});
  TestAccount other_ = TestAccount::open(db_, vault_, clock_.now(), {"Other", false, false});
  accounts::Accounts accounts_{*db_, vault_, clock_};
  api::Api api_{*db_, clock_, accounts_, "https://host"};
  const numbers::Number us_ = add_number("+12125550101", "US", "local");
  const numbers::Number us_too_ = add_number("+12125550102", "US", "local");
  const numbers::Number gb_ = add_number("+447700900001", "GB", "mobile");
};

TEST_F(SenderPoolsTest, AreMadeReadChangedAndDeleted) {
  const auto sid = make({&us_, &gb_});
  EXPECT_THAT(members(sid), UnorderedElementsAre(us_.number.e164(), gb_.number.e164()));
  auto pool = json::parse(ask("GET", "/" + sid).body);
  EXPECT_TRUE(pool.at("sticky").as_bool() && pool.at("country_match").as_bool());
  clock_.advance(std::chrono::seconds(1));
  pool = json::parse(
      ask("POST", "/" + sid,
          {{"name", "Store"}, {"sticky", false}, {"senders", json::array{us_too_.sid.view()}}})
          .body);
  EXPECT_EQ(pool.at("name").as_string(), "Store");
  EXPECT_FALSE(pool.at("sticky").as_bool());
  EXPECT_TRUE(pool.at("country_match").as_bool()) << "what is left out stays";
  EXPECT_NE(pool.at("date_updated"), pool.at("date_created"));
  EXPECT_THAT(members(sid), ElementsAre(us_too_.number.e164()));
  EXPECT_EQ(ask("POST", "/" + sid + "/senders", {{"sender", gb_.number.e164()}}).status, 200);
  EXPECT_THAT(members(sid), UnorderedElementsAre(us_too_.number.e164(), gb_.number.e164()));
  EXPECT_EQ(ask("DELETE", "/" + sid + "/senders/" + us_too_.sid.str()).status, 204);
  EXPECT_EQ(ask("DELETE", "/" + sid + "/senders/" + us_too_.sid.str()).status, 404);
  EXPECT_THAT(members(sid), ElementsAre(gb_.number.e164()));
  EXPECT_EQ(json::parse(ask("GET", "").body).at("data").as_array().size(), 1u);
  EXPECT_EQ(ask("DELETE", "/" + sid).status, 204);
  EXPECT_EQ(ask("GET", "/" + sid).status, 404);
  EXPECT_EQ(ask("DELETE", "/" + sid).status, 404);
}

TEST_F(SenderPoolsTest, AreTheirAccountsAndModesAlone) {
  const auto sid = make({&us_});
  for (const auto& key : {other_.test_key, test_.live_key}) {
    EXPECT_EQ(ask("GET", "/" + sid, {}, key).status, 404);
    EXPECT_EQ(ask("POST", "/" + sid, {{"name", "Mine"}}, key).status, 404);
    EXPECT_EQ(ask("DELETE", "/" + sid, {}, key).status, 404);
    const auto stranger = ask("POST", "", {{"name", "x"}, {"senders", us_.number.e164()}}, key);
    EXPECT_EQ(stranger.status, 422) << stranger.body;
  }
  EXPECT_EQ(try_to_choose(sid, american, true).error().code, Errc::from_number_not_owned);
}

TEST_F(SenderPoolsTest, HaveABoundedNumberInAnAccount) {
  for (int i = 0; i < most_pools; ++i) EXPECT_EQ(ask("POST", "", {{"name", "x"}}).status, 201);
  EXPECT_EQ(ask("POST", "", {{"name", "x"}}).status, 409);
}

TEST_F(SenderPoolsTest, SendFromTheRecipientsCountry) {
  const auto sid = make({&us_, &gb_});
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(choose(sid, *PhoneNumber::parse(fmt::format("+1201555{:04}", i))), us_.number.e164());
    EXPECT_EQ(choose(sid, *PhoneNumber::parse(fmt::format("+4477009001{:02}", i))),
              gb_.number.e164());
  }
  EXPECT_NE(choose(sid, german), "") << "any, where none is of the country";
}

TEST_F(SenderPoolsTest, SendFromAllMembersWhereTheCountryDoesNotMatter) {
  const auto sid = make({&us_, &us_too_, &gb_}, {{"country_match", false}});
  std::map<std::string, int> shares;
  for (int i = 0; i < 300; ++i) {
    ++shares[choose(sid, *PhoneNumber::parse(fmt::format("+1201555{:04}", i)))];
  }
  EXPECT_EQ(shares.size(), 3u);
  for (const auto& [number, share] : shares) EXPECT_NEAR(share, 100, 50) << number;
}

TEST_F(SenderPoolsTest, StickToTheNumberThatARecipientKnows) {
  const auto sid = make({&us_});
  EXPECT_EQ(choose(sid, german), us_.number.e164());
  // Of all recipients some would fall to a number that comes; who knows a number stays with it.
  for (int i = 0; i < 10; ++i) {
    const auto more = add_number(fmt::format("+1212555011{}", i), "US", "toll-free");
    EXPECT_EQ(ask("POST", "/" + sid + "/senders", {{"sender", more.number.e164()}}).status, 200);
    EXPECT_EQ(choose(sid, german), us_.number.e164());
  }
  release(us_);
  const auto next = choose(sid, german);
  EXPECT_NE(next, us_.number.e164());
  EXPECT_EQ(choose(sid, german), next);
}

TEST_F(SenderPoolsTest, KeepForARecipientNothingThatOutlivesAMessage) {
  const auto sid = *SenderPoolSid::parse(make({&us_}));
  const auto used_at = [&] {
    return write([&](storage::Transaction& tx) -> Result<Time> {
      return find_sticky(tx, *test_.account.keys, sid, german)->used_at;
    });
  };
  choose(sid.str(), german);
  const auto first = clock_.now();
  clock_.advance(std::chrono::hours(23));
  choose(sid.str(), german);
  EXPECT_EQ(used_at(), first) << "written once a day at most";
  clock_.advance(std::chrono::hours(2));
  choose(sid.str(), german);
  EXPECT_EQ(used_at(), clock_.now()) << "its 90 days begin anew with its use";
}

TEST_F(SenderPoolsTest, PassOverWhatCannotSend) {
  const auto mute = add_number("+12125550103", "US", "local", false);
  const auto code = add_number("72345", "US", "short-code");
  const auto sid = make({&mute, &code, &gb_});
  EXPECT_EQ(choose(sid, american), code.number.e164());
  EXPECT_EQ(choose(sid, german), gb_.number.e164()) << "a short code is of one country";
}

TEST_F(SenderPoolsTest, SayThatNoMemberCanSend) {
  const auto mute = add_number("+12125550103", "US", "local", false);
  EXPECT_EQ(try_to_choose(make({&mute}), american).error().code, Errc::no_sender);
  EXPECT_EQ(try_to_choose(make({}), american).error().code, Errc::no_sender);
  EXPECT_EQ(try_to_choose(make({&gb_}), gb_.number).error().code, Errc::no_sender)
      << "nobody writes to himself";
  const auto sid = make({&us_});
  release(us_);
  EXPECT_EQ(try_to_choose(sid, american).error().code, Errc::no_sender);
  EXPECT_THAT(members(sid), ElementsAre());
}

}  // namespace
}  // namespace cloudvno::senders
