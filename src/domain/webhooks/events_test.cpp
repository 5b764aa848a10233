// Endpoints, events, the log and replays: through the API, with a clock moved by hand.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "domain/accounts/testing/test_account.hpp"
#include "domain/webhooks/endpoint_store.hpp"
#include "domain/webhooks/signature.hpp"
#include "domain/webhooks/testing/fake_sender.hpp"
#include "domain/webhooks/webhooks.hpp"
#include "platform/net/event.hpp"

namespace cloudvno::webhooks {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using ::testing::SizeIs;

class EventsTest : public ::testing::Test {
 protected:
  EventsTest() {
    api_ = std::make_unique<api::Api>(*db_, clock_, accounts_, "https://host");
    node_ = std::make_unique<cluster::Node>(*db_, clock_, "test", true);
    webhooks_ = std::make_unique<Webhooks>(*db_, *node_, accounts_, sender_, clock_, db_.home());
    webhooks_->mount(*api_);
    EXPECT_TRUE(node_->join());
  }
  ~EventsTest() override { db_.run(webhooks_->stop()); }

  http::Response request(std::string method, std::string target, const json::object& body = {},
                         std::string key = {}) {
    http::Request raw;
    raw.method = std::move(method);
    const auto query = target.find('?');
    raw.path = target.substr(0, query);
    if (query != std::string::npos) raw.query = target.substr(query + 1);
    raw.headers.add("Authorization", "Bearer " + (key.empty() ? test_.test_key : key));
    if (raw.method == "POST") {
      raw.headers.add("Content-Type", "application/json");
      raw.body = json::serialize(body);
    }
    clock_.advance(1s);  // below the rate, and so that a revoked key is seen
    return db_.run(api_->handle(raw));
  }
  json::object made(std::string url, const json::object& more = {}) {
    json::object body{{"url", url}};
    for (const auto& [name, value] : more) body[name] = value;
    const auto answer = request("POST", "/v1/webhook_endpoints", body);
    EXPECT_EQ(answer.status, 201) << answer.body;
    return json::parse(answer.body).as_object();
  }
  json::value get(std::string target, std::string key = {}) {
    const auto answer = request("GET", std::move(target), {}, std::move(key));
    EXPECT_EQ(answer.status, 200) << answer.body;
    return json::parse(answer.body);
  }
  std::size_t count(std::string target) { return get(target).at("data").as_array().size(); }
  static std::string path(const json::object& endpoint, std::string_view behind = "") {
    return fmt::format("/v1/webhook_endpoints/{}{}",
                       std::string_view(endpoint.at("sid").as_string()), behind);
  }

  // A state change of a room.
  void happen(std::string type = "message.delivered", std::string resource = "SM1",
              std::int64_t sequence = 1) {
    std::vector<Delivery> kept;
    EXPECT_TRUE(db_->transact_now([&](storage::Transaction& tx) -> Result<> {
      kept.clear();
      Event event;
      event.account = test_.account.sid;
      event.type = type;
      event.resource_sid = resource;
      event.sequence = sequence;
      event.data = R"({"body":"Hello"})";
      event.created_at = clock_.now();
      webhooks_->outbox().record(tx, *test_.account.keys, event, kept);
      return {};
    }));
    webhooks_->kept(std::move(kept));
  }
  void settle() {
    for (int i = 0; i < 5'000 && (webhooks_->under_way() > 0 || webhooks_->waiting() > 0); ++i) {
      db_.run(net::sleep_for(1ms));
    }
    EXPECT_EQ(webhooks_->under_way(), 0);
  }
  void load_and_deliver() {
    db_.run(webhooks_->load_due());
    settle();
  }
  void pass(Micros time) {
    clock_.advance(time);
    load_and_deliver();
  }

  ManualClock clock_;
  vault::Vault vault_{vault::Key{7}};
  storage::testing::TestDatabase db_;
  accounts::testing::TestAccount test_ =
      accounts::testing::TestAccount::open(db_, vault_, clock_.now());
  accounts::Accounts accounts_{*db_, vault_, clock_};
  testing::FakeSender sender_;
  std::unique_ptr<api::Api> api_;
  std::unique_ptr<cluster::Node> node_;
  std::unique_ptr<Webhooks> webhooks_;
};

TEST_F(EventsTest, GoToTheEndpointsThatTakeTheirType) {
  made("https://all.example/");
  made("https://some.example/", {{"event_types", "message.failed, message.delivered"}});
  made("https://none.example/", {{"event_types", "message.received"}});
  happen();
  settle();
  ASSERT_THAT(sender_.sent, SizeIs(2));
  const auto body = json::parse(sender_.sent[0].body);
  EXPECT_EQ(body.at("type").as_string(), "message.delivered");
  EXPECT_EQ(body.at("sequence").as_int64(), 1);
  EXPECT_EQ(body.at("data").at("body").as_string(), "Hello");
  EXPECT_TRUE(EventSid::parse(body.at("id").as_string()));
  EXPECT_EQ(sender_.sent[0].headers.value("Content-Type"), "application/json");
  EXPECT_EQ(count("/v1/events"), 1u);
  EXPECT_EQ(count("/v1/events?type=message.failed"), 0u);
  EXPECT_EQ(count("/v1/webhook_deliveries?status=succeeded"), 2u);
}

TEST_F(EventsTest, AreSignedByBothSecretsWhileOneIsRotated) {
  const auto endpoint = made("https://a.example/");
  const std::string old_secret(endpoint.at("secret").as_string());
  const auto rotated =
      json::parse(request("POST", path(endpoint, "/rotate_secret"), {{"overlap", 3'600}}).body);
  const std::string new_secret(rotated.at("secret").as_string());
  EXPECT_NE(old_secret, new_secret);
  EXPECT_FALSE(get(path(endpoint)).as_object().contains("secret"));
  const auto expected = [&](const OutgoingCallback& sent, const std::string& secret) {
    return *standard_signature(secret, sent.headers.value("webhook-id"),
                               std::stoll(std::string(sent.headers.value("webhook-timestamp"))),
                               sent.body);
  };
  happen();
  settle();
  const auto& during = sender_.sent.at(0);
  EXPECT_EQ(during.headers.value("webhook-signature"),
            expected(during, new_secret) + " " + expected(during, old_secret));
  clock_.advance(1h);
  happen();
  settle();
  const auto& after = sender_.sent.at(1);
  EXPECT_EQ(after.headers.value("webhook-signature"), expected(after, new_secret));
}

TEST_F(EventsTest, ThatFailedForADayAreListedAndSentAgainByOneCall) {
  const auto endpoint = made("https://a.example/");
  const auto since = to_iso8601(clock_.now());
  sender_.failure = "connection refused";
  constexpr int all = 700;
  for (int i = 0; i < all; ++i) {
    happen("message.delivered", fmt::format("SM{}", i % 40), i);
    if (i % 50 == 0) pass(1min);
  }
  for (int minute = 0; minute < 24 * 60; minute += 10) pass(10min);
  EXPECT_EQ(count("/v1/webhook_deliveries?status=pending&limit=1000"), 0u);
  EXPECT_EQ(count("/v1/webhook_deliveries?status=failed&limit=1000"), std::size_t(all));
  sender_.failure.clear();
  sender_.sent.clear();
  const auto answer = request("POST", path(endpoint, "/replay"), {{"since", since}});
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(json::parse(answer.body).at("replayed").as_int64(), all);
  for (int i = 0; i < 20; ++i) pass(1min);
  EXPECT_EQ(count("/v1/webhook_deliveries?status=succeeded&limit=1000"), std::size_t(all));
  std::set<std::string> ids;
  for (const auto& sent : sender_.sent) ids.emplace(sent.headers.value("webhook-id"));
  EXPECT_EQ(ids.size(), std::size_t(all));
  EXPECT_EQ(sender_.sent.size(), std::size_t(all)) << "none twice";
}

// A legal hold may keep it, or a clock in doubt: it is past its time all the same.
TEST_F(EventsTest, PastTheirTimeAreNotSentAgain) {
  const auto endpoint = made("https://a.example/");
  sender_.response.status = 410;
  happen();
  settle();
  sender_.response.status = 204;
  sender_.sent.clear();
  EXPECT_EQ(request("POST", path(endpoint), {{"status", "enabled"}}).status, 200);
  clock_.advance(std::chrono::days(91));
  const auto answer =
      request("POST", path(endpoint, "/replay"), {{"since", "2020-01-01T00:00:00Z"}});
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(json::parse(answer.body).at("replayed").as_int64(), 0);
  pass(1min);
  EXPECT_THAT(sender_.sent, SizeIs(0));
}

TEST_F(EventsTest, ShowEachAttemptWithTheBytesThatWereSigned) {
  made("https://a.example/");
  sender_.response.status = 500;
  sender_.response.body = "sorry";
  happen();
  settle();
  sender_.response.status = 204;
  pass(1min);
  const auto listed = get("/v1/webhook_deliveries").at("data").as_array();
  ASSERT_EQ(listed.size(), 1u);
  const std::string sid(listed[0].at("sid").as_string());
  const auto one = get("/v1/webhook_deliveries/" + sid);
  const auto& log = one.at("log").as_array();
  ASSERT_EQ(log.size(), 2u);
  EXPECT_EQ(log[0].at("response_status").as_int64(), 500);
  EXPECT_EQ(log[0].at("answer").as_string(), "sorry");
  EXPECT_EQ(log[0].at("request").at("body").as_string(), sender_.sent[0].body);
  EXPECT_EQ(log[1].at("request").at("headers").at("webhook-signature").as_string(),
            sender_.sent[1].headers.value("webhook-signature"));
  EXPECT_TRUE(log[1].at("failure").is_null());
  const auto again = request("POST", "/v1/webhook_deliveries/" + sid + "/replay");
  EXPECT_EQ(again.status, 200) << again.body;
  EXPECT_EQ(request("POST", "/v1/webhook_deliveries/" + sid + "/replay").status, 409);
  load_and_deliver();
  EXPECT_EQ(get("/v1/webhook_deliveries/" + sid).at("log").as_array().size(), 3u);
}

TEST_F(EventsTest, DisableAnEndpointThatIsGoneAndTellTheOthers) {
  const auto gone = made("https://gone.example/", {{"event_types", "message.delivered"}});
  sender_.response.status = 410;
  happen();
  settle();
  const auto read = get(path(gone));
  EXPECT_EQ(read.at("status").as_string(), "disabled");
  EXPECT_EQ(read.at("disabled_because").as_string(), "it answered 410 Gone");
  EXPECT_EQ(count("/v1/events?type=webhook_endpoint.disabled"), 1u);
  sender_.sent.clear();
  happen();
  settle();
  EXPECT_THAT(sender_.sent, SizeIs(0));
  sender_.response.status = 204;
  EXPECT_EQ(request("POST", path(gone), {{"status", "enabled"}}).status, 200);
  happen();
  settle();
  EXPECT_THAT(sender_.sent, SizeIs(1));
}

TEST_F(EventsTest, DisableAnEndpointAfterDaysOfFailuresAndTellTheOthers) {
  const auto dead = made("https://dead.example/", {{"event_types", "message.delivered"}});
  made("https://ops.example/", {{"event_types", "webhook_endpoint.disabled"}});
  sender_.failure = "connection refused";
  happen();
  settle();
  EXPECT_FALSE(get(path(dead)).at("failing_since").is_null());
  for (int day = 1; day <= 4; ++day) {
    pass(std::chrono::days(1));
    happen();
    settle();
    EXPECT_EQ(get(path(dead)).at("status").as_string(), "enabled");
  }
  clock_.advance(std::chrono::days(2));
  sender_.sent.clear();
  happen();
  settle();
  EXPECT_EQ(get(path(dead)).at("status").as_string(), "disabled");
  ASSERT_FALSE(sender_.sent.empty());
  EXPECT_EQ(sender_.sent.back().url, "https://ops.example/");
}

TEST_F(EventsTest, DoNotTakeAClockThatJumpsForDaysOfFailures) {
  const auto endpoint = made("https://a.example/");
  sender_.failure = "connection refused";
  happen();
  settle();
  for (int jump = 0; jump < 2; ++jump) {
    clock_.advance(std::chrono::days(6));
    happen();
    settle();
    EXPECT_EQ(get(path(endpoint)).at("status").as_string(), "enabled");
  }
}

TEST_F(EventsTest, ForgiveAnEndpointThatAnswersAgain) {
  const auto endpoint = made("https://a.example/");
  sender_.failure = "connection refused";
  happen();
  settle();
  sender_.failure.clear();
  pass(1min);
  EXPECT_TRUE(get(path(endpoint)).at("failing_since").is_null());
}

TEST_F(EventsTest, AskADeadEndpointOnlyNowAndThen) {
  made("https://a.example/");
  sender_.failure = "connection refused";
  for (int i = 0; i < 200; ++i) happen("message.delivered", fmt::format("SM{}", i));
  settle();
  EXPECT_LE(sender_.sent.size(), 10u + Lanes::Bounds().per_endpoint);
  EXPECT_EQ(count("/v1/webhook_deliveries?status=pending&limit=1000"), 200u);
}

TEST_F(EventsTest, NeedTheScopeOfTheirResource) {
  const auto poor =
      db_->transact_now([&](storage::Transaction& tx) -> Result<std::string> {
           return accounts::make_api_key(tx, test_.account.sid, false,
                                         *api::ScopeSet::parse("lookups:read"), clock_.now())
               .text;
         })
          .value();
  made("https://a.example/");
  happen();
  settle();
  EXPECT_EQ(get("/v1/events", poor).at("data").as_array().size(), 0u);
  EXPECT_EQ(get("/v1/webhook_deliveries", poor).at("data").as_array().size(), 0u);
  const auto all = get("/v1/webhook_deliveries").at("data").as_array();
  const std::string one = "/v1/webhook_deliveries/" + std::string(all.at(0).at("sid").as_string());
  EXPECT_EQ(request("GET", one, {}, poor).status, 403);
  EXPECT_EQ(request("GET", one, {}, test_.live_key).status, 404);
  EXPECT_EQ(request("POST", "/v1/webhook_endpoints", {{"url", "https://b.example/"}}, poor).status,
            403);
}

TEST_F(EventsTest, RefuseEndpointsThatCannotBe) {
  const auto refused = [&](const json::object& body) {
    return request("POST", "/v1/webhook_endpoints", body).status;
  };
  EXPECT_EQ(refused({}), 400);
  EXPECT_EQ(refused({{"url", ""}}), 400);
  EXPECT_EQ(refused({{"url", "ftp://a.example/"}}), 400);
  EXPECT_EQ(refused({{"url", "https://a.example/"}, {"event_types", "message.eaten"}}), 400);
  EXPECT_EQ(refused({{"url", "https://a.example/"}, {"event_types", "*,message.sent"}}), 400);
  EXPECT_EQ(refused({{"url", "https://a.example/"}, {"event_types", " , "}}), 400);
  for (int i = 0; i < most_endpoints; ++i) made(fmt::format("https://e{}.example/", i));
  EXPECT_EQ(refused({{"url", "https://one-more.example/"}}), 409);
}

TEST_F(EventsTest, EndWithTheirEndpoint) {
  const auto endpoint = made("https://a.example/");
  sender_.failure = "connection refused";
  happen();
  settle();
  EXPECT_EQ(request("DELETE", path(endpoint)).status, 204);
  EXPECT_EQ(request("GET", path(endpoint)).status, 404);
  pass(1min);
  const auto listed = get("/v1/webhook_deliveries").at("data").as_array();
  EXPECT_EQ(listed.at(0).at("status").as_string(), "failed");
  EXPECT_EQ(listed.at(0).at("failure").as_string(), "the endpoint was deleted");
}

}  // namespace
}  // namespace cloudvno::webhooks
