// Running the room in a test.
#include "domain/verify/testing/verify_test_base.hpp"

#include "domain/verify/code.hpp"
#include "protocol/sms/gsm7.hpp"
#include "protocol/sms/ucs2.hpp"

namespace cloudvno::verify::testing {

std::string VerifyTest::numbers_of(const TestAccount& account) {
  auto made = db_->transact_now([&](storage::Transaction& tx) {
    return numbers::assign_sandbox_numbers(tx, vault_, *account.account.keys, account.account.sid,
                                           clock_.now());
  });
  return made->front().number.e164();
}

void VerifyTest::start() {
  accounts_ = std::make_unique<accounts::Accounts>(*db_, vault_, clock_);
  api_ = std::make_unique<api::Api>(*db_, clock_, *accounts_, "https://host");
  node_ = std::make_unique<cluster::Node>(*db_, clock_, "test", true);
  webhooks_ =
      std::make_unique<webhooks::Webhooks>(*db_, *node_, *accounts_, sender_, clock_, db_.home());
  messaging_ = std::make_unique<messaging::Messaging>(*db_, *node_, vault_, *accounts_, *webhooks_,
                                                      media_, clock_, db_.home(), "https://host");
  routing::Route route;
  route.carrier = carrier_.name();
  route.sender_types = {"local", "mobile", "toll-free"};
  messaging_->add_carrier(carrier_, std::move(route));
  carrier_.answers_at_once = true;
  documents_ = std::make_unique<SpokenCodes>(*db_, *accounts_, clock_, app_);
  const auto send_text = [](voice::TextOrder) -> net::Task<Result<voice::SentText>> {
    co_return voice::SentText{};
  };
  voice_ = std::make_unique<voice::Voice>(*db_, *node_, vault_, *accounts_, *webhooks_, *documents_,
                                          codec_, speech_, send_text, clock_, db_.home(),
                                          voice::VoiceOptions{"https://host", {}, 40ms});
  voice_->add_trunk({"sandbox", false, {}, Money(), &phone_});
  verify_ = std::make_unique<Verify>(parts(), *node_, db_.home());
  verify_->add_carrier(Channel::email, false, email_);
  verify_->add_carrier(Channel::whatsapp, false, whatsapp_);
  webhooks_->mount(*api_);
  messaging_->mount(*api_);
  voice_->mount(*api_);
  verify_->mount(*api_);
  ASSERT_TRUE(node_->join());
}

void VerifyTest::end() {
  if (!verify_) return;
  db_.run([](VerifyTest& test) -> net::Task<> {
    co_await test.verify_->stop();
    co_await test.voice_->stop();
    co_await test.messaging_->stop();
    co_await test.webhooks_->stop();
  }(*this));
  verify_.reset();
  voice_.reset();
  documents_.reset();
  messaging_.reset();
  webhooks_.reset();
  node_.reset();
  api_.reset();
  accounts_.reset();
}

http::Response VerifyTest::request(std::string method, std::string target, const json::object& body,
                                   std::string key, http::Headers headers) {
  http::Request raw;
  raw.method = std::move(method);
  const auto mark = target.find('?');
  raw.path = target.substr(0, mark);
  if (mark != std::string::npos) raw.query = target.substr(mark + 1);
  raw.headers = std::move(headers);
  raw.headers.add("Authorization", "Bearer " + (key.empty() ? test_.test_key : key));
  if (raw.method == "POST") {
    raw.headers.add("Content-Type", "application/json");
    raw.body = json::serialize(body);
  }
  return db_.run(api_->handle(raw));
}

json::object VerifyTest::post(const std::string& path, const json::object& body, int status) {
  const auto response = request("POST", path, body);
  EXPECT_EQ(response.status, status) << response.body;
  return json::parse(response.body).as_object();
}

json::object VerifyTest::get(const std::string& path, int status) {
  const auto response = request("GET", path);
  EXPECT_EQ(response.status, status) << response.body;
  return json::parse(response.body).as_object();
}

json::object VerifyTest::send(json::object extra, int status) {
  json::object body{{"to", handset}};
  for (auto& [name, value] : extra) body[name] = value;
  return post("/v1/verify/send", body, status);
}

json::object VerifyTest::check(std::string code, json::object extra, int status) {
  json::object body{{"to", handset}, {"code", std::move(code)}};
  for (auto& [name, value] : extra) body[name] = value;
  return post("/v1/verify/check", body, status);
}

void VerifyTest::until(const std::function<bool()>& condition) {
  for (int i = 0; i < 5'000 && !condition(); ++i) {
    while (phone_.pump()) {
    }
    verify_->tick();
    voice_->tick();
    messaging_->tick();
    db_.run(net::sleep_for(1ms));
  }
  EXPECT_TRUE(condition());
}

void VerifyTest::settle() {
  for (int i = 0; i < 40; ++i) {
    while (phone_.pump()) {
    }
    verify_->tick();
    voice_->tick();
    messaging_->tick();
    db_.run(net::sleep_for(1ms));
  }
}

std::string VerifyTest::last_text() {
  settle();
  if (carrier_.submissions.empty()) return {};
  const auto& last = carrier_.submissions.back();
  const auto& data = last.part.user_data;
  return last.encoding == sms::Encoding::gsm7 ? sms::from_septets(data) : sms::from_ucs2(data);
}

std::string VerifyTest::code_of(const json::object& verification) {
  const auto sid = VerificationSid::parse(verification.at("sid").as_string());
  const auto length = verification.at("code_length").as_int64();
  return derive_code(*test_.account.keys, *sid, static_cast<int>(length));
}

std::string VerifyTest::wrong(std::string code) {
  code.back() = code.back() == '0' ? '1' : '0';
  return code;
}

std::vector<std::string> VerifyTest::events() {
  std::vector<std::string> types;
  const auto answer = get("/v1/events?limit=1000");
  for (const auto& event : answer.at("data").as_array()) {
    types.insert(types.begin(), std::string(event.at("type").as_string()));
  }
  return types;
}

}  // namespace cloudvno::verify::testing
