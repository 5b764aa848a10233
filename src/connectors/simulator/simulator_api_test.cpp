// What the routes of the handsets show, take and hide.
#include "connectors/simulator/simulator_api.hpp"

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "domain/accounts/accounts.hpp"
#include "domain/accounts/testing/test_account.hpp"
#include "domain/numbers/assign_numbers.hpp"

namespace cloudvno::simulator {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

class HandsetsApi : public ::testing::Test {
 protected:
  HandsetsApi() {
    network_.conversations().on_change([this](const Pair& pair) { watchers_.changed(pair); });
    mount_handsets(api_, {network_, watchers_, clock_, [this] { ++written_; }, true});
    mount_handsets(guarded_, {network_, watchers_, clock_, [this] { ++written_; }, false});
  }

  http::Request raw(std::string method, std::string target, const json::object& body = {}) const {
    http::Request made;
    made.method = std::move(method);
    const auto mark = target.find('?');
    made.path = target.substr(0, mark);
    if (mark != std::string::npos) made.query = target.substr(mark + 1);
    made.headers.add("Authorization", "Bearer " + key_);
    if (made.method == "POST") {
      made.headers.add("Content-Type", "application/json");
      made.body = json::serialize(body);
    }
    return made;
  }
  http::Response ask(std::string method, std::string target, const json::object& body = {}) {
    return db_.run(api_.handle(raw(std::move(method), std::move(target), body)));
  }
  json::value get(std::string target) {
    const auto response = ask("GET", std::move(target));
    EXPECT_EQ(response.status, 200) << response.body;
    return json::parse(response.body);
  }
  // Asks, and returns when the request waits for news.
  void ask_later(std::string target) {
    boost::asio::co_spawn(
        db_.home(),
        [](HandsetsApi& test, std::string to) -> net::Task<> {
          test.answers_.push_back(co_await test.api_.handle(test.raw("GET", to)));
        }(*this, std::move(target)),
        boost::asio::detached);
    EXPECT_TRUE(until([&] { return watchers_.waiting() == 1; }));
  }
  bool until(const std::function<bool()>& condition) {
    for (int i = 0; i < 5000 && !condition(); ++i) db_.run(net::sleep_for(1ms));
    return condition();
  }
  void send(const PhoneNumber& from, std::string_view to, std::string_view body) {
    SubmittedPart part;
    part.pair = {from, *PhoneNumber::parse(to)};
    part.text = to_bytes(body);
    network_.submit(std::move(part), clock_.now());
  }
  PhoneNumber number_of(const accounts::testing::TestAccount& test) {
    auto made = db_->transact_now([&](storage::Transaction& tx) {
      return numbers::assign_sandbox_numbers(tx, vault_, *test.account.keys, test.account.sid,
                                             clock_.now());
    });
    return made->front().number;
  }

  ManualClock clock_;
  vault::Vault vault_{vault::Key{7}};
  storage::testing::TestDatabase db_;
  accounts::testing::TestAccount account_ =
      accounts::testing::TestAccount::open(db_, vault_, clock_.now());
  accounts::testing::TestAccount other_ =
      accounts::testing::TestAccount::open(db_, vault_, clock_.now());
  PhoneNumber line_ = number_of(account_);
  PhoneNumber other_line_ = number_of(other_);
  std::string key_ = account_.test_key;
  accounts::Accounts accounts_{*db_, vault_, clock_};
  api::Api api_{*db_, clock_, accounts_, "https://host"};
  api::Api guarded_{*db_, clock_, accounts_, "https://host"};  // where accounts are kept apart
  Network network_{1, clock_.now()};
  Watchers watchers_{db_.home(), clock_};
  std::vector<http::Response> answers_;
  int written_ = 0;
};

TEST_F(HandsetsApi, ListsTheNamedHandsetsBeforeAnythingWasSaid) {
  const auto list = get("/v1/sandbox/handsets");
  ASSERT_EQ(list.at("data").as_array().size(), 6u);
  const auto& first = list.at("data").at(0);
  EXPECT_EQ(first.at("phone_number"), "+12015550100");
  EXPECT_EQ(first.at("behavior"), "at_once");
  EXPECT_TRUE(first.at("last_message").is_null());
  EXPECT_EQ(list.at("behaviors").as_array().size(), 6u);
}

TEST_F(HandsetsApi, ShowsAMessageThatAHandsetGot) {
  send(line_, "+447700900123", "hello");
  const auto list = get("/v1/sandbox/handsets");
  ASSERT_EQ(list.at("data").as_array().size(), 7u);
  EXPECT_EQ(list.at("data").at(6).at("last_message").at("body"), "hello");
  const auto texts = get("/v1/sandbox/handsets/+447700900123/messages");
  ASSERT_EQ(texts.at("data").as_array().size(), 1u);
  const auto& text = texts.at("data").at(0);
  EXPECT_EQ(text.at("direction"), "to_handset");
  EXPECT_EQ(text.at("from"), json::string(line_.e164()));
  EXPECT_EQ(text.at("to"), "+447700900123");
  EXPECT_EQ(text.at("body"), "hello");
  EXPECT_EQ(text.at("status"), "delivered");
  EXPECT_TRUE(text.at("reason").is_null());
}

TEST_F(HandsetsApi, HidesWhatIsSaidWithNumbersOfOthers) {
  send(other_line_, "+12015550100", "secret");
  send(other_line_, "+447700900123", "secret");
  EXPECT_THAT(ask("GET", "/v1/sandbox/handsets").body, Not(HasSubstr("secret")));
  EXPECT_THAT(ask("GET", "/v1/sandbox/handsets").body, Not(HasSubstr("447700900123")));
  EXPECT_TRUE(get("/v1/sandbox/handsets/+12015550100/messages").at("data").as_array().empty());
}

TEST_F(HandsetsApi, ShowsALiveKeyNothing) {
  key_ = account_.live_key;
  EXPECT_EQ(ask("GET", "/v1/sandbox/handsets").status, 404);
  EXPECT_EQ(ask("GET", "/v1/sandbox/handsets/+12015550100/messages").status, 404);
  EXPECT_EQ(ask("POST", "/v1/sandbox/handsets/+12015550100", {{"behavior", "off"}}).status, 404);
  EXPECT_EQ(ask("POST", "/v1/sandbox/handsets/+12015550100/messages",
                {{"to", line_.e164()}, {"body", "hi"}})
                .status,
            404);
}

TEST_F(HandsetsApi, WritesOnAHandset) {
  const auto response = ask("POST", "/v1/sandbox/handsets/+12015550100/messages",
                            {{"to", line_.e164()}, {"body", "hi"}});
  EXPECT_EQ(response.status, 201) << response.body;
  EXPECT_EQ(written_, 1);
  const auto text = json::parse(response.body);
  EXPECT_EQ(text.at("direction"), "from_handset");
  EXPECT_EQ(text.at("status"), "pending");
  const auto delivery = network_.take_delivery();
  ASSERT_TRUE(delivery);
  EXPECT_EQ(delivery->pair.line, line_);
  EXPECT_EQ(delivery->pair.handset.e164(), "+12015550100");
}

TEST_F(HandsetsApi, TakesAndShowsPictures) {
  const std::string messages = "/v1/sandbox/handsets/+12015550100/messages";
  const auto with = [&](std::string type, std::string content) {
    return ask("POST", messages,
               {{"to", line_.e164()},
                {"media", json::array{{{"content_type", type}, {"content", content}}}}});
  };
  const auto made = with("image/png", "iVA=");
  ASSERT_EQ(made.status, 201) << made.body;
  const auto text = json::parse(made.body);
  const auto& shown = text.at("media").at(0);
  EXPECT_EQ(shown.at("content_type"), "image/png");
  EXPECT_EQ(shown.at("size"), 2);
  const std::string url(shown.at("url").as_string());
  const auto file = ask("GET", url);
  EXPECT_EQ(file.body, "\x89P");
  EXPECT_EQ(file.headers.value("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(ask("GET", url.substr(0, url.size() - 1) + "1").status, 404);
  EXPECT_EQ(ask("GET", messages + "/1/media/0").status, 404);
  EXPECT_EQ(ask("GET", messages + "/x/media/0").status, 404);
  EXPECT_EQ(with("text/html", "iVA=").status, 400);
  EXPECT_EQ(with("image/png", "not base64").status, 400);
  EXPECT_EQ(with("image/png", "").status, 400);
  EXPECT_TRUE(network_.take_mms_delivery());
  key_ = other_.test_key;
  EXPECT_EQ(ask("GET", url).status, 404);
}

TEST_F(HandsetsApi, WritesToNumbersOfTheCallerOnly) {
  const auto response = ask("POST", "/v1/sandbox/handsets/+12015550100/messages",
                            {{"to", other_line_.e164()}, {"body", "hi"}});
  EXPECT_EQ(response.status, 400);
  EXPECT_THAT(response.body, HasSubstr("invalid_parameter"));
  EXPECT_FALSE(network_.take_delivery());
}

TEST_F(HandsetsApi, RefusesAWrongInput) {
  const std::string messages = "/v1/sandbox/handsets/+12015550100/messages";
  EXPECT_EQ(ask("POST", messages, {{"to", line_.e164()}, {"body", ""}}).status, 400);
  EXPECT_EQ(ask("POST", messages, {{"to", line_.e164()}, {"body", std::string(1601, 'x')}}).status,
            400);
  EXPECT_EQ(ask("POST", messages, {{"body", "hi"}}).status, 400);
  EXPECT_EQ(ask("GET", messages + "?wait=26").status, 400);
  EXPECT_EQ(ask("GET", messages + "?after=x").status, 400);
  EXPECT_EQ(ask("GET", messages + "?page=2").status, 400);
  EXPECT_EQ(ask("GET", "/v1/sandbox/handsets/ada/messages").status, 404);
  EXPECT_EQ(ask("POST", "/v1/sandbox/handsets/+12015550100", {{"behavior", "angry"}}).status, 400);
  EXPECT_EQ(ask("POST", "/v1/sandbox/handsets/+12015550100").status, 400);
}

TEST_F(HandsetsApi, ChangesHowAHandsetBehavesTowardTheCallerOnly) {
  const auto response = ask("POST", "/v1/sandbox/handsets/+12015550100", {{"behavior", "off"}});
  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(json::parse(response.body).at("behavior"), "off");
  EXPECT_EQ(get("/v1/sandbox/handsets").at("data").at(0).at("behavior"), "off");
  key_ = other_.test_key;
  EXPECT_EQ(get("/v1/sandbox/handsets").at("data").at(0).at("behavior"), "at_once");
}

TEST_F(HandsetsApi, AnswersAWaitingRequestWhenAMessageComes) {
  ask_later("/v1/sandbox/handsets/+12015550100/messages?wait=25");
  send(other_line_, "+12015550100", "not for this caller");
  send(line_, "+12015550199", "not for this handset");
  get("/v1/sandbox/handsets");  // time enough for an answer
  EXPECT_TRUE(answers_.empty());
  send(line_, "+12015550100", "news");
  ASSERT_TRUE(until([&] { return answers_.size() == 1; }));
  EXPECT_THAT(answers_[0].body, HasSubstr("news"));
}

TEST_F(HandsetsApi, AnswersAWaitingRequestWithNothingWhenTheTimeIsOver) {
  ask_later("/v1/sandbox/handsets/+12015550100/messages?wait=25");
  clock_.advance(25s);
  ASSERT_TRUE(until([&] { return answers_.size() == 1; }));
  EXPECT_TRUE(json::parse(answers_[0].body).at("data").as_array().empty());
}

TEST_F(HandsetsApi, AnswersAWaitingListWhenAHandsetIsNew) {
  send(line_, "+12015550100", "old");
  const auto cursor = get("/v1/sandbox/handsets").at("cursor").as_int64();
  ask_later(fmt::format("/v1/sandbox/handsets?after={}&wait=25", cursor));
  EXPECT_TRUE(answers_.empty());
  send(line_, "+447700900123", "new");
  ASSERT_TRUE(until([&] { return answers_.size() == 1; }));
  EXPECT_THAT(answers_[0].body, HasSubstr("+447700900123"));
}

TEST_F(HandsetsApi, TellsWhatIsNewSinceACursor) {
  send(line_, "+12015550100", "old");
  const std::string messages = "/v1/sandbox/handsets/+12015550100/messages";
  const auto cursor = get(messages).at("cursor").as_int64();
  send(line_, "+12015550100", "new");
  const auto news = get(fmt::format("{}?after={}", messages, cursor));
  ASSERT_EQ(news.at("data").as_array().size(), 1u);
  EXPECT_EQ(news.at("data").at(0).at("body"), "new");
}

TEST_F(HandsetsApi, EndsWaitingRequestsAtShutdown) {
  ask_later("/v1/sandbox/handsets/+12015550100/messages?wait=25");
  watchers_.close();
  ASSERT_TRUE(until([&] { return answers_.size() == 1; }));
  EXPECT_EQ(answers_[0].status, 200);
  get("/v1/sandbox/handsets/+12015550100/messages?wait=25");
}

TEST_F(HandsetsApi, ShowsANetworkInWhichNothingGoesWrong) {
  const auto network = get("/v1/sandbox/network");
  EXPECT_EQ(network.at("seed"), 0);
  for (const auto& fault : network.at("faults").as_array()) {
    EXPECT_EQ(network.at(fault.at("fault").as_string()), 0.0);
  }
  EXPECT_EQ(network.at("receipts"), true);
  EXPECT_TRUE(network.at("ported_numbers").as_array().empty());
  EXPECT_TRUE(network.at("date_ends").is_null());
  EXPECT_EQ(network.at("link_faults_allowed"), true);
}

TEST_F(HandsetsApi, SetsWhatIsGivenAndLeavesTheRest) {
  const std::string path = "/v1/sandbox/network";
  const auto first = ask("POST", path,
                         {{"seed", 42},
                          {"throttle", 0.5},
                          {"answer_delay_ms", 20},
                          {"receipts", false},
                          {"ported_numbers", {"+447700900123", "+447700900123"}}});
  EXPECT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(ask("POST", path, {{"refuse", 1}, {"receipt_delay_ms", 30}}).status, 200);
  const auto network = get(path);
  EXPECT_EQ(network.at("seed"), 42);
  EXPECT_EQ(network.at("throttle"), 0.5);
  EXPECT_EQ(network.at("refuse"), 1.0);
  EXPECT_EQ(network.at("answer_delay_ms"), 20);
  EXPECT_EQ(network.at("receipt_delay_ms"), 30);
  EXPECT_EQ(network.at("receipts"), false);
  EXPECT_EQ(network.at("ported_numbers").as_array(), json::array({"+447700900123"}));
  EXPECT_EQ(network.at("date_ends"), json::string(to_iso8601(clock_.now() + 24h)));
  EXPECT_EQ(ask("DELETE", path).status, 204);
  EXPECT_EQ(get(path).at("throttle"), 0.0);
}

TEST_F(HandsetsApi, LetsTheNetworkFailForTheCallerOnly) {
  EXPECT_EQ(ask("POST", "/v1/sandbox/network", {{"throttle", 1}}).status, 200);
  const auto kind = [this](const PhoneNumber& from) {
    SubmittedPart part;
    part.pair = {from, *PhoneNumber::parse("+12015550100")};
    return network_.submit(std::move(part), clock_.now()).kind;
  };
  EXPECT_EQ(kind(line_), SubmitAnswer::Kind::throttled);
  EXPECT_EQ(kind(other_line_), SubmitAnswer::Kind::taken);
  key_ = other_.test_key;
  EXPECT_EQ(get("/v1/sandbox/network").at("throttle"), 0.0);
  EXPECT_EQ(ask("DELETE", "/v1/sandbox/network").status, 204);
  EXPECT_EQ(kind(line_), SubmitAnswer::Kind::throttled);
}

TEST_F(HandsetsApi, LetsNobodyDisturbTheLinkUnlessTheOperatorAllowsIt) {
  const auto status = [this](const json::object& body) {
    return db_.run(guarded_.handle(raw("POST", "/v1/sandbox/network", body))).status;
  };
  for (const auto& entry : fault_table()) {
    EXPECT_EQ(status({{entry.name, 0.1}}), entry.of_link ? 400 : 200) << entry.name;
    EXPECT_EQ(status({{entry.name, 0}}), 200) << entry.name;
  }
  EXPECT_EQ(status({{"drop_link_after", 1}}), 400);
  EXPECT_EQ(status({{"answer_delay_ms", 1}}), 400);
  EXPECT_EQ(status({{"receipt_delay_ms", 1}}), 200);
}

TEST_F(HandsetsApi, RefusesAWrongNetwork) {
  for (const auto& body : std::initializer_list<json::object>{{{"throttle", 1.1}},
                                                              {{"throttle", -0.1}},
                                                              {{"throttle", "nan"}},
                                                              {{"throttle", "much"}},
                                                              {{"seed", -1}},
                                                              {{"answer_delay_ms", 10'001}},
                                                              {{"receipt_delay_ms", 600'001}},
                                                              {{"ported_numbers", {"me"}}},
                                                              {{"receipts", "maybe"}},
                                                              {{"nonsense", 1}}}) {
    EXPECT_EQ(ask("POST", "/v1/sandbox/network", body).status, 400) << json::serialize(body);
  }
  EXPECT_TRUE(get("/v1/sandbox/network").at("date_ends").is_null());
  key_ = account_.live_key;
  EXPECT_EQ(ask("GET", "/v1/sandbox/network").status, 404);
  EXPECT_EQ(ask("POST", "/v1/sandbox/network", {{"refuse", 1}}).status, 404);
  EXPECT_EQ(ask("DELETE", "/v1/sandbox/network").status, 404);
}

TEST_F(HandsetsApi, NeedsTheScopesOfMessages) {
  for (const auto& route : api_.routes()) {
    EXPECT_EQ(route.scope,
              route.method == "GET" ? api::Scope::messages_read : api::Scope::messages_write);
  }
}

}  // namespace
}  // namespace cloudvno::simulator
