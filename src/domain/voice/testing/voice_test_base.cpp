// Running the room in a test.
#include "domain/voice/testing/voice_test_base.hpp"

namespace cloudvno::voice::testing {

void VoiceTest::start() {
  accounts_ = std::make_unique<accounts::Accounts>(store_, vault_, clock_);
  api_ = std::make_unique<api::Api>(store_, clock_, *accounts_, "https://host");
  node_ = std::make_unique<cluster::Node>(store_, clock_, "test", true);
  webhooks_ =
      std::make_unique<webhooks::Webhooks>(store_, *node_, *accounts_, sender_, clock_, db_.home());
  const auto send_text = [this](TextOrder order) -> net::Task<Result<SentText>> {
    texts_.push_back(std::move(order));
    co_return SentText{"SM" + std::string(32, '0'), "queued"};
  };
  voice_ = std::make_unique<Voice>(store_, *node_, vault_, *accounts_, *webhooks_, app_, codec_,
                                   speech_, send_text, clock_, db_.home(),
                                   VoiceOptions{"https://host", limits_, 40ms});
  voice_->add_trunk({"sandbox", false, {}, Money{10'000}, &phone_});
  voice_->mount(*api_);
  numbers::mount_numbers(*api_, vault_, *webhooks_, clock_);
  ASSERT_TRUE(node_->join());
}

void VoiceTest::end() {
  if (!voice_) return;
  bool stopped = false;
  db_.run([](VoiceTest& test, bool& done) -> net::Task<> {
    co_await test.voice_->stop();
    co_await test.webhooks_->stop();
    done = true;
  }(*this, stopped));
  voice_.reset();
  webhooks_.reset();
  api_.reset();
  accounts_.reset();
}

void VoiceTest::crash() {
  store_.set_away(true);
  end();
  store_.set_away(false);
}

http::Response VoiceTest::request(std::string method, std::string target, const json::object& body,
                                  http::Headers headers) {
  http::Request raw;
  raw.method = std::move(method);
  const auto mark = target.find('?');
  raw.path = target.substr(0, mark);
  if (mark != std::string::npos) raw.query = target.substr(mark + 1);
  raw.headers = std::move(headers);
  raw.headers.add("Authorization", "Bearer " + test_.test_key);
  if (raw.method == "POST") {
    raw.headers.add("Content-Type", "application/json");
    raw.body = json::serialize(body);
  }
  return db_.run(api_->handle(raw));
}

json::object VoiceTest::call(std::string xml, json::object extra) {
  json::object body{{"from", from_}, {"to", "+12015550100"}};
  if (!xml.empty()) body["xml"] = "<Response>" + xml + "</Response>";
  for (auto& [name, value] : extra) body[name] = value;
  const auto response = request("POST", "/v1/calls", body);
  EXPECT_EQ(response.status, 201) << response.body;
  return json::parse(response.body).as_object();
}

std::vector<int> VoiceTest::notifications(const json::object& resource) {
  std::vector<int> codes;
  const auto answer =
      get("/v1/calls/" + std::string(resource.at("sid").as_string()) + "/notifications");
  for (const auto& one : answer.at("data").as_array()) {
    codes.push_back(static_cast<int>(one.at("code").as_int64()));
  }
  return codes;
}

void VoiceTest::until(const std::function<bool()>& condition) {
  for (int i = 0; i < 5'000 && !condition(); ++i) {
    while (phone_.pump()) {
    }
    voice_->tick();
    db_.run(net::sleep_for(1ms));
  }
  EXPECT_TRUE(condition());
}

void VoiceTest::settle() {
  for (int quiet = 0; quiet < 8;) {
    quiet = phone_.pump() ? 0 : quiet + 1;
    voice_->tick();
    db_.run(net::sleep_for(1ms));
  }
}

FakeTelephone::Peer& VoiceTest::ring_in() {
  const auto changed = request("POST", "/v1/incoming_phone_numbers/" + from_,
                               {{"voice_url", "https://app.example/voice"},
                                {"status_callback", "https://app.example/status"}});
  EXPECT_EQ(changed.status, 200) << changed.body;
  auto leg = phone_.incoming();
  auto& other = *phone_.peers.back();
  voice_->on_incoming(std::move(leg), {"sandbox", "+12015550100", from_, {}, {}, {}});
  settle();
  return other;
}

std::string VoiceTest::field(const std::string& form, std::string_view name) {
  for (const auto& [key, value] : http::parse_form(form).value_or(http::Fields())) {
    if (key == name) return value;
  }
  return {};
}

std::string VoiceTest::told(std::string_view name) {
  std::string words;
  for (const auto& callback : sender_.sent) {
    const auto word = field(callback.body, name);
    if (word.empty()) continue;
    if (!words.empty()) words += ' ';
    words += word;
  }
  return words;
}

}  // namespace cloudvno::voice::testing
