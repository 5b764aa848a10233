// The request log through the API, with a clock moved by hand.
#include "domain/requests/request_log.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <set>

#include "base/metrics.hpp"
#include "domain/accounts/accounts.hpp"
#include "domain/accounts/testing/test_account.hpp"

namespace cloudvno::requests {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

class RequestLogTest : public ::testing::Test {
 protected:
  RequestLogTest() {
    api_.add({"GET", "/v1/things/{sid}", api::Scope::messages_read, api::RateGroup::messages, false,
              [this](api::Request&) -> net::Task<Result<api::Answer>> {
                clock_.advance(1'500us);
                co_return api::Answer::json(200, {{"fine", true}});
              }});
    log_.mount(api_);
  }

  http::Response get(std::string target, std::string key = {}, std::string agent = "curl/8.0") {
    http::Request raw;
    raw.method = "GET";
    const auto query = target.find('?');
    raw.path = target.substr(0, query);
    if (query != std::string::npos) raw.query = target.substr(query + 1);
    raw.headers.add("Authorization", "Bearer " + (key.empty() ? test_.test_key : key));
    raw.headers.add("User-Agent", std::move(agent));
    raw.peer = "203.0.113.77";
    clock_.advance(1s);
    return db_.run(api_.handle(raw));
  }
  json::array list(std::string query = {}, std::string key = {}) {
    db_.run(log_.write());
    const auto answer = get("/v1/request_logs" + query, std::move(key));
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.status == 200 ? json::parse(answer.body).at("data").as_array() : json::array();
  }
  std::string key_with(std::string_view scopes) {
    return db_
        ->transact_now([&](storage::Transaction& tx) -> Result<std::string> {
          return accounts::make_api_key(tx, test_.account.sid, false, *api::ScopeSet::parse(scopes),
                                        clock_.now())
              .text;
        })
        .value();
  }

  ManualClock clock_;
  vault::Vault vault_{vault::Key{7}};
  storage::testing::TestDatabase db_;
  accounts::testing::TestAccount test_ =
      accounts::testing::TestAccount::open(db_, vault_, clock_.now());
  accounts::Accounts accounts_{*db_, vault_, clock_};
  api::Api api_{*db_, clock_, accounts_, "https://host"};
  RequestLog log_{*db_};
};

TEST_F(RequestLogTest, TellsTheAccountWhatWasAskedAndNoMore) {
  get("/v1/things/planted-path?planted=query", {},
      "Mozilla/5.0 (Windows NT 10.0; rv:126.0) Gecko/20100101 Firefox/126.0 planted-agent");
  const auto rows = list();
  ASSERT_EQ(rows.size(), 1u);
  const auto& row = rows[0].as_object();
  EXPECT_EQ(row.at("method").as_string(), "GET");
  EXPECT_EQ(row.at("route").as_string(), "/v1/things/{sid}");
  EXPECT_EQ(row.at("status").as_int64(), 200);
  EXPECT_EQ(row.at("duration_ms").as_double(), 1.5);
  EXPECT_EQ(row.at("network").as_string(), "203.0.113.0/24");
  EXPECT_EQ(row.at("browser").as_string(), "Firefox");
  EXPECT_EQ(row.at("system").as_string(), "Windows");
  EXPECT_TRUE(RequestId::parse(row.at("sid").as_string()));
  std::set<std::string> names;
  for (const auto& member : row) names.emplace(member.key());
  EXPECT_EQ(names,
            (std::set<std::string>{"sid", "api_key_sid", "method", "route", "status", "duration_ms",
                                   "network", "browser", "system", "date_created"}));
  EXPECT_EQ(json::serialize(rows).find("planted"), std::string::npos);
}

TEST_F(RequestLogTest, HasRefusalsOfAKeyButNothingOfWhoHasNone) {
  const auto poor = key_with("lookups:read");
  EXPECT_EQ(get("/v1/things/1", poor).status, 403);
  EXPECT_EQ(get("/v1/things/1", "cvno_test_wrong").status, 401);
  EXPECT_EQ(get("/v1/nothing").status, 404);
  const auto rows = list();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].at("status").as_int64(), 403);
}

TEST_F(RequestLogTest, KeepsModesKeysAndAccountsApart) {
  const auto poor = key_with("messages:read");
  const auto other = accounts::testing::TestAccount::open(db_, vault_, clock_.now());
  get("/v1/things/1");
  get("/v1/things/1", poor);
  EXPECT_EQ(list().size(), 2u) << "a key with every scope sees all of its mode";
  EXPECT_EQ(list({}, poor).size(), 1u) << "another its own";
  EXPECT_EQ(list({}, test_.live_key).size(), 0u);
  EXPECT_EQ(list({}, other.test_key).size(), 0u);
}

TEST_F(RequestLogTest, IsFiltered) {
  get("/v1/things/1");
  const auto between = to_iso8601(clock_.now() + 500ms);
  EXPECT_EQ(get("/v1/things/1", key_with("lookups:read")).status, 403);
  EXPECT_EQ(list("?status=403").size(), 1u);
  EXPECT_EQ(list("?route=/v1/things/%7Bsid%7D").size(), 2u);
  EXPECT_EQ(list("?created_before=" + between).size(), 1u);
  EXPECT_EQ(list("?method=POST").size(), 0u);
  EXPECT_EQ(list("?method=GET&limit=1").size(), 1u);
  EXPECT_EQ(get("/v1/request_logs?status=1").status, 400);
  EXPECT_EQ(get("/v1/request_logs?method=BREW").status, 400);
  EXPECT_EQ(get("/v1/request_logs?path=x").status, 400);
}

TEST_F(RequestLogTest, IsInvisibleAfterNinetyDays) {
  get("/v1/things/1");
  db_.run(log_.write());
  clock_.advance(std::chrono::days(90));
  EXPECT_EQ(list().size(), 0u);
}

TEST_F(RequestLogTest, WritesNothingOfAnErasedAccount) {
  get("/v1/things/1");
  ASSERT_TRUE(db_->transact_now([&](storage::Transaction& tx) -> Result<> {
    tx.run("UPDATE account SET status = 'erased' WHERE sid = $1", test_.account.sid);
    return {};
  }));
  db_.run(log_.write());
  EXPECT_EQ(log_.waiting(), 0u);
  const auto rows = db_->read_now([](storage::Transaction& tx) -> Result<std::int64_t> {
    const auto found = tx.query("SELECT count(*) FROM request_log");
    found->next();
    return found->integer(0);
  });
  EXPECT_EQ(rows.value_or(-1), 0);
}

TEST_F(RequestLogTest, DropsAndCountsWhatFindsItsQueueFull) {
  auto& dropped = metrics::counter("cloudvno_request_log_dropped_total", "");
  const auto before = dropped.value();
  for (std::size_t i = 0; i < RequestLog::most_waiting + 3; ++i) get("/v1/things/1");
  EXPECT_EQ(log_.waiting(), RequestLog::most_waiting);
  EXPECT_EQ(dropped.value() - before, 3);
  db_.run(log_.write());
  EXPECT_EQ(log_.waiting(), RequestLog::most_waiting - RequestLog::batch) << "a batch a write";
  db_.run(log_.finish());
  EXPECT_EQ(log_.waiting(), 0u);
}

}  // namespace
}  // namespace cloudvno::requests
