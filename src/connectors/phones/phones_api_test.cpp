// What the routes of the telephones show, take and hide.
#include "connectors/phones/phones_api.hpp"

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "connectors/phones/exchange.hpp"
#include "connectors/phones/testing/trunk.hpp"
#include "domain/accounts/accounts.hpp"
#include "domain/accounts/testing/test_account.hpp"
#include "domain/numbers/assign_numbers.hpp"
#include "protocol/media/tones.hpp"
#include "protocol/media/wav.hpp"

namespace cloudvno::phones {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using ::testing::HasSubstr;

const std::string ada = "/v1/sandbox/handsets/+12015550100";

class PhonesApi : public ::testing::Test {
 protected:
  PhonesApi() {
    EXPECT_TRUE(exchange_.start());
    exchange_.set_network("127.0.0.1", trunk_.port());
    exchange_.mount(api_);
  }
  ~PhonesApi() override {
    db_.run(trunk_.stop());
    db_.run(exchange_.stop());
  }

  http::Request raw(std::string method, std::string target, const json::object& body) const {
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
  int status_of(std::string target, const json::object& body) {
    return ask("POST", std::move(target), body).status;
  }
  json::value get(std::string target) {
    const auto response = ask("GET", std::move(target));
    EXPECT_EQ(response.status, 200) << response.body;
    return json::parse(response.body);
  }
  void ask_later(std::string target, std::optional<http::Response>& answer) {
    boost::asio::co_spawn(
        db_.home(),
        [](PhonesApi& test, std::string to, std::optional<http::Response>& out) -> net::Task<> {
          out = co_await test.api_.handle(test.raw("GET", to, {}));
        }(*this, std::move(target), answer),
        boost::asio::detached);
  }
  template <class Condition>
  bool until(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    db_.context().restart();
    while (!condition() && std::chrono::steady_clock::now() < deadline) {
      db_.context().run_one_for(100ms);
    }
    return condition();
  }
  testing::Leg& call_ada() {
    return trunk_.call(exchange_.port(), "+12015550100", line_.e164(), account_.account.sid.view());
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
  net::CaresResolver resolver_{db_.home()};
  testing::Trunk trunk_{db_.home(), clock_, 30'000, 30'999};
  Exchange exchange_{
      db_.home(), clock_, resolver_, {.first_media_port = 31'000, .last_media_port = 32'999}};
};

TEST_F(PhonesApi, ShowsAPhoneAsItsNumberHasIt) {
  const auto phone = get(ada + "/phone");
  EXPECT_EQ(phone.at("phone_number"), "+12015550100");
  EXPECT_EQ(phone.at("behavior"), "answers");
  EXPECT_EQ(phone.at("answer_after_ms"), 1'000);
  EXPECT_EQ(phone.at("plays"), "speech");
  EXPECT_EQ(phone.at("behaviors").as_array().size(), 8u);
  EXPECT_TRUE(get("/v1/sandbox/handsets/+12015550102/phone").at("answer_after_ms").is_null());
}

TEST_F(PhonesApi, SetsWhatIsGivenForTheCallerOnly) {
  ASSERT_EQ(status_of(ada + "/phone", {{"behavior", "late"}, {"digits", "W12#"}}), 200);
  ASSERT_EQ(status_of(ada + "/phone", {{"plays", "tone"}, {"answer_after_ms", 0}}), 200);
  const auto phone = get(ada + "/phone");
  EXPECT_EQ(phone.at("behavior"), "late");
  EXPECT_EQ(phone.at("answer_after_ms"), 0);
  EXPECT_EQ(phone.at("digits"), "W12#");
  EXPECT_EQ(phone.at("plays"), "tone");
  key_ = other_.test_key;
  EXPECT_EQ(get(ada + "/phone").at("behavior"), "answers");
}

TEST_F(PhonesApi, TakesASoundOfItsOwn) {
  media::Samples tone;
  media::add_tone(tone, 500, 0, 100ms);
  const auto size = static_cast<std::uint32_t>(2 * tone.size());
  const auto header = media::wav_header(media::WavCoding::pcm16, 1, size);
  Bytes wav(header.begin(), header.end());
  const auto* data = reinterpret_cast<const std::uint8_t*>(tone.data());
  wav.insert(wav.end(), data, data + size);
  EXPECT_EQ(status_of(ada + "/phone", {{"wav", to_base64(wav)}}), 200);
  EXPECT_EQ(get(ada + "/phone").at("plays"), "wav");
  EXPECT_EQ(status_of(ada + "/phone", {{"wav", to_base64(wav)}, {"plays", "tone"}}), 400);
  EXPECT_EQ(status_of(ada + "/phone", {{"wav", "nothing"}}), 400);
  EXPECT_EQ(status_of(ada + "/phone", {{"plays", "silence"}}), 200);
  EXPECT_EQ(get(ada + "/phone").at("plays"), "silence");
}

TEST_F(PhonesApi, RefusesAWrongInput) {
  for (const auto& body : std::initializer_list<json::object>{{{"behavior", "angry"}},
                                                              {{"answer_after_ms", -1}},
                                                              {{"answer_after_ms", 120'001}},
                                                              {{"digits", "12x"}},
                                                              {{"plays", "wav"}},
                                                              {{"nonsense", 1}}}) {
    EXPECT_EQ(status_of(ada + "/phone", body), 400) << json::serialize(body);
  }
  EXPECT_EQ(ask("GET", ada + "/calls?wait=26").status, 400);
  EXPECT_EQ(ask("GET", ada + "/calls?page=1").status, 400);
  EXPECT_EQ(ask("GET", "/v1/sandbox/handsets/ada/phone").status, 404);
  EXPECT_EQ(ask("GET", ada + "/calls/1/heard.wav").status, 404);
  EXPECT_EQ(ask("GET", ada + "/calls/x/heard.wav").status, 404);
  EXPECT_EQ(status_of(ada + "/calls/1", {{"action", "answer"}}), 404);
  EXPECT_EQ(status_of(ada + "/calls/1", {{"action", "sing"}}), 400);
  EXPECT_EQ(status_of(ada + "/calls/1", {{"action", "press"}}), 400);
  EXPECT_EQ(status_of(ada + "/calls/1", {}), 400);
  EXPECT_EQ(status_of(ada + "/calls", {{"to", other_line_.e164()}}), 400);
  EXPECT_EQ(status_of(ada + "/calls", {}), 400);
}

TEST_F(PhonesApi, ShowsALiveKeyNothing) {
  key_ = account_.live_key;
  for (const auto* path : {"/phone", "/calls", "/calls/1/heard.wav"}) {
    EXPECT_EQ(ask("GET", ada + path).status, 404) << path;
  }
  EXPECT_EQ(status_of(ada + "/phone", {{"behavior", "busy"}}), 404);
  EXPECT_EQ(status_of(ada + "/calls", {{"to", line_.e164()}}), 404);
  EXPECT_EQ(status_of(ada + "/calls/1", {{"action", "answer"}}), 404);
}

TEST_F(PhonesApi, LeadsACallByHand) {
  ASSERT_EQ(status_of(ada + "/phone", {{"behavior", "manual"}}), 200);
  auto& leg = call_ada();
  ASSERT_TRUE(until([&] { return leg.provisional == 180; }));
  auto call = get(ada + "/calls").at("data").at(0);
  EXPECT_EQ(call.at("status"), "ringing");
  EXPECT_EQ(call.at("direction"), "to_handset");
  EXPECT_EQ(call.at("from"), json::string(line_.e164()));
  EXPECT_TRUE(call.at("date_answered").is_null());
  const auto id = std::to_string(call.at("id").as_int64());
  const auto path = ada + "/calls/" + id;
  EXPECT_EQ(status_of(path, {{"action", "press"}, {"digits", "1"}}), 409);
  EXPECT_EQ(status_of(path, {{"action", "answer"}}), 200);
  ASSERT_TRUE(until([&] { return leg.answered; }));
  EXPECT_EQ(status_of(path, {{"action", "press"}, {"digits", "9#"}}), 200);
  ASSERT_TRUE(trunk_.media.send_digits(leg.stream, "34"));
  ASSERT_TRUE(until([&] { return leg.digits == "9#" && leg.heard.size() > 4'000; }));
  key_ = other_.test_key;
  EXPECT_TRUE(get(ada + "/calls").at("data").as_array().empty());
  EXPECT_EQ(status_of(path, {{"action", "hang_up"}}), 404);
  EXPECT_EQ(ask("GET", path + "/heard.wav").status, 404);
  key_ = account_.test_key;
  EXPECT_EQ(status_of(path, {{"action", "hang_up"}}), 200);
  ASSERT_TRUE(until([&] { return leg.ended && exchange_.calls() == 0; }));
  EXPECT_EQ(status_of(path, {{"action", "hang_up"}}), 409);
  call = get(ada + "/calls").at("data").at(0);
  EXPECT_EQ(call.at("status"), "completed");
  EXPECT_EQ(call.at("digits"), "34");
  EXPECT_FALSE(call.at("date_ended").is_null());
  const auto wav = ask("GET", path + "/heard.wav");
  ASSERT_EQ(wav.status, 200);
  EXPECT_EQ(wav.headers.value("Content-Type"), "audio/wav");
  const auto samples = media::read_wav(as_bytes(wav.body));
  ASSERT_TRUE(samples);
  EXPECT_GE(samples->size(), 4'000u);
}

TEST_F(PhonesApi, CallsANumberOfTheAccount) {
  const auto made =
      ask("POST", ada + "/calls", {{"to", line_.e164()}, {"digits", "7"}, {"plays", "tone"}});
  ASSERT_EQ(made.status, 201) << made.body;
  const auto call = json::parse(made.body);
  EXPECT_EQ(call.at("direction"), "from_handset");
  EXPECT_EQ(call.at("from"), "+12015550100");
  EXPECT_EQ(call.at("to"), json::string(line_.e164()));
  ASSERT_TRUE(until([&] { return trunk_.legs.size() == 1 && trunk_.legs[0]->digits == "7"; }));
  EXPECT_EQ(trunk_.legs[0]->to, line_.e164());
}

TEST_F(PhonesApi, AnswersAWaitingRequestWhenACallComes) {
  std::optional<http::Response> answer;
  ask_later(ada + "/calls?wait=25", answer);
  ASSERT_TRUE(until([&] { return exchange_.watchers().waiting() == 1; }));
  EXPECT_FALSE(answer);
  call_ada();
  ASSERT_TRUE(until([&] { return answer.has_value(); }));
  EXPECT_THAT(answer->body, HasSubstr("\"ringing\""));
  EXPECT_GT(json::parse(answer->body).at("cursor").as_int64(), 0);
}

TEST_F(PhonesApi, SaysThatNothingIsConnected) {
  exchange_.set_network("", 0);
  EXPECT_EQ(status_of(ada + "/calls", {{"to", line_.e164()}}), 503);
}

TEST_F(PhonesApi, NeedsTheScopesOfMessages) {
  for (const auto& route : api_.routes()) {
    EXPECT_EQ(route.scope,
              route.method == "GET" ? api::Scope::messages_read : api::Scope::messages_write);
  }
}

}  // namespace
}  // namespace cloudvno::phones
