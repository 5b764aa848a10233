// The room as a process runs it, with carriers and customers' servers in memory: for tests of
// whole lives of messages.
#pragma once

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "domain/accounts/testing/test_account.hpp"
#include "domain/messaging/messaging.hpp"
#include "domain/messaging/testing/fake_carrier.hpp"
#include "domain/messaging/testing/fake_media_source.hpp"
#include "domain/numbers/assign_numbers.hpp"
#include "domain/numbers/numbers_api.hpp"
#include "domain/webhooks/testing/fake_sender.hpp"
#include "platform/net/event.hpp"
#include "platform/storage/testing/doubtful_database.hpp"

namespace cloudvno::messaging::testing {

namespace json = boost::json;

class MessagingTest : public ::testing::Test {
 protected:
  MessagingTest() { start(); }
  ~MessagingTest() override { end(); }

  // What a process start does.
  void start() {
    accounts_ = std::make_unique<accounts::Accounts>(store_, vault_, clock_);
    api_ = std::make_unique<api::Api>(store_, clock_, *accounts_, "https://host");
    node_ = std::make_unique<cluster::Node>(store_, clock_, "test", true);
    webhooks_ = std::make_unique<webhooks::Webhooks>(store_, *node_, *accounts_, sender_, clock_,
                                                     db_.home());
    messaging_ = std::make_unique<Messaging>(store_, *node_, vault_, *accounts_, *webhooks_, media_,
                                             clock_, db_.home(), "https://host");
    carrier_.traits().most_media = 10;
    for (auto* carrier : {&carrier_, &live_carrier_, &second_carrier_}) {
      routing::Route route;
      route.carrier = carrier->name();
      route.other_senders = carrier == &second_carrier_;
      route.sender_types = {"local", "mobile", "toll-free"};
      route.priority = carrier == &second_carrier_ ? 2 : 1;
      if (carrier == &second_carrier_) route.prefixes = {"+44"};
      messaging_->add_carrier(*carrier, std::move(route));
    }
    messaging_->mount(*api_);
    numbers::mount_numbers(*api_, vault_, *webhooks_, clock_);
    ASSERT_TRUE(node_->join());
  }
  void end() {
    db_.run([](MessagingTest& test) -> net::Task<> {
      // What the carrier still has is answered, so that nothing waits for it; no outcome is kept.
      while (!test.carrier_.waiting.empty())
        test.carrier_.answer_next({SubmitResult::unknown, {}, 0});
      co_await test.messaging_->stop();
      co_await test.webhooks_->stop();
    }(*this));
    messaging_.reset();
    webhooks_.reset();
    api_.reset();
    accounts_.reset();
  }

  http::Response request(std::string method, std::string target, const json::object& body = {},
                         std::string key = {}, http::Headers headers = {}) {
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
  json::value send(json::object extra = {}) {
    json::object body{{"from", from_}, {"to", "+12015550100"}, {"body", "hello"}};
    for (auto& [name, value] : extra) body[name] = value;
    const auto response = request("POST", "/v1/messages", body);
    EXPECT_EQ(response.status, 201) << response.body;
    return json::parse(response.body);
  }
  static std::string recipient(int number) { return fmt::format("+120155502{:02}", number); }
  std::string status_of(const json::value& message) {
    const auto response =
        request("GET", "/v1/messages/" + std::string(message.at("sid").as_string()));
    return std::string(json::parse(response.body).at("status").as_string());
  }
  // Lets background work go on until the condition holds.
  void until(std::function<bool()> condition) {
    for (int i = 0; i < 5000 && !condition(); ++i)
      db_.run(net::sleep_for(std::chrono::milliseconds(1)));
    EXPECT_TRUE(condition());
  }
  void receipt(std::string id, ReceiptState state, int error = 0) {
    bool done = false;
    messaging_->on_receipt(carrier_, {std::move(id), state, error}, [&](Intake) { done = true; });
    until([&] { return done; });
  }
  Intake inbound(InboundPart part) {
    std::optional<Intake> intake;
    messaging_->on_inbound(carrier_, std::move(part), [&](Intake result) { intake = result; });
    until([&] { return intake.has_value(); });
    return intake.value_or(Intake::try_later);
  }
  static std::string field(const webhooks::OutgoingCallback& callback, std::string_view name) {
    const auto fields = http::parse_form(callback.body).value_or(http::Fields());
    for (const auto& [key, value] : fields) {
      if (key == name) return value;
    }
    return {};
  }

  ManualClock clock_;
  vault::Vault vault_{vault::Key{7}};
  ::cloudvno::storage::testing::TestDatabase db_;
  ::cloudvno::storage::testing::DoubtfulDatabase store_{*db_};
  ::cloudvno::webhooks::testing::FakeSender sender_;
  FakeMediaSource media_{db_.home()};
  FakeCarrier carrier_{"sandbox"};
  FakeCarrier live_carrier_{"acme"};
  FakeCarrier second_carrier_{"beta"};
  // Without limits, so without a pace of its senders.
  ::cloudvno::accounts::testing::TestAccount test_ =
      ::cloudvno::accounts::testing::TestAccount::open(db_, vault_, clock_.now(),
                                                       {"Test", false, false});
  ::cloudvno::accounts::testing::TestAccount paced_ =
      ::cloudvno::accounts::testing::TestAccount::open(db_, vault_, clock_.now());
  ::cloudvno::accounts::testing::TestAccount other_ =
      ::cloudvno::accounts::testing::TestAccount::open(db_, vault_, clock_.now());
  std::string from_ = [this] {
    auto made = db_->transact_now([&](storage::Transaction& tx) {
      return numbers::assign_sandbox_numbers(tx, vault_, *test_.account.keys, test_.account.sid,
                                             clock_.now());
    });
    return made->front().number.e164();
  }();
  std::unique_ptr<accounts::Accounts> accounts_;
  std::unique_ptr<api::Api> api_;
  std::unique_ptr<webhooks::Webhooks> webhooks_;
  std::unique_ptr<cluster::Node> node_;
  std::unique_ptr<Messaging> messaging_;
};

}  // namespace cloudvno::messaging::testing
