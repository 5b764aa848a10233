// Events over real connections to a customer's server, with a clock moved by hand.
#include "connectors/webhook_client/webhook_client.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <map>
#include <mutex>
#include <optional>
#include <set>

#include "base/clock.hpp"
#include "domain/accounts/testing/test_account.hpp"
#include "domain/webhooks/endpoint.hpp"
#include "domain/webhooks/webhooks.hpp"
#include "platform/net/event.hpp"
#include "protocol/http_io/testing/client_harness.hpp"

namespace cloudvno::webhook_client {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using http_io::testing::Peer;
using http_io::testing::ScriptedServer;

// A customer's server, which can be away and come back at its port.
class Sink {
 public:
  void open() {
    ScriptedServer::Options options;
    options.port = port_;
    server_.emplace([this](Peer& peer, int) { serve(peer); }, options);
    port_ = server_->port();
  }
  // Every connection to it must be closed by its client.
  void close() { server_.reset(); }
  std::string url() const { return fmt::format("http://a.example:{}/", port_); }
  // How often each event came.
  std::map<std::string, int> events() {
    const std::scoped_lock lock(mutex_);
    return events_;
  }

 private:
  void serve(Peer& peer) {
    for (auto request = peer.read_request(); !request.empty(); request = peer.read_request()) {
      const auto body = json::parse(request.substr(request.find("\r\n\r\n") + 4));
      {
        const std::scoped_lock lock(mutex_);
        ++events_[std::string(body.at("id").as_string())];
      }
      peer.send("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
      return;
    }
  }

  std::mutex mutex_;
  std::map<std::string, int> events_;
  std::uint16_t port_ = 0;
  std::optional<ScriptedServer> server_;
};

class WebhookClientTest : public ::testing::Test {
 protected:
  WebhookClientTest() {
    webhooks_.mount(api_);
    EXPECT_TRUE(node_.join());
  }
  ~WebhookClientTest() override { db_.run(webhooks_.stop()); }

  json::value ask(std::string method, std::string path, const json::object& body = {}) {
    http::Request raw;
    raw.method = std::move(method);
    const auto query = path.find('?');
    raw.path = path.substr(0, query);
    if (query != std::string::npos) raw.query = path.substr(query + 1);
    raw.headers.add("Authorization", "Bearer " + test_.test_key);
    if (raw.method == "POST") {
      raw.headers.add("Content-Type", "application/json");
      raw.body = json::serialize(body);
    }
    clock_.advance(1s);  // below the rate
    const auto answer = db_.run(api_.handle(raw));
    EXPECT_LT(answer.status, 300) << answer.body;
    return json::parse(answer.body);
  }
  std::size_t count(const std::string& status) {
    return ask("GET", "/v1/webhook_deliveries?limit=1000&status=" + status)
        .at("data")
        .as_array()
        .size();
  }
  void happen(const std::string& resource, std::int64_t sequence) {
    std::vector<webhooks::Delivery> kept;
    ASSERT_TRUE(db_->transact_now([&](storage::Transaction& tx) -> Result<> {
      kept.clear();
      webhooks::Event event;
      event.account = test_.account.sid;
      event.type = "message.delivered";
      event.resource_sid = resource;
      event.sequence = sequence;
      event.data = "{}";
      event.created_at = clock_.now();
      webhooks_.outbox().record(tx, *test_.account.keys, event, kept);
      return {};
    }));
    webhooks_.kept(std::move(kept));
  }
  void pass(Micros time) {
    clock_.advance(time);
    db_.run(webhooks_.load_due());
    for (int i = 0; i < 20'000 && (webhooks_.under_way() > 0 || webhooks_.waiting() > 0); ++i) {
      db_.run(net::sleep_for(1ms));
    }
    ASSERT_EQ(webhooks_.under_way(), 0);
  }

  ManualClock clock_;
  Sink sink_;
  vault::Vault vault_{vault::Key{7}};
  storage::testing::TestDatabase db_;
  accounts::testing::TestAccount test_ =
      accounts::testing::TestAccount::open(db_, vault_, clock_.now());
  accounts::Accounts accounts_{*db_, vault_, clock_};
  api::Api api_{*db_, clock_, accounts_, "https://host"};
  cluster::Node node_{*db_, clock_, "test", true};
  http_io::testing::ClientHarness http_;
  WebhookClient client_{http_.client, true};
  webhooks::Webhooks webhooks_{*db_, node_, accounts_, client_, clock_, db_.home()};
};

TEST_F(WebhookClientTest, BringsAllOfADayThatTheServerWasAwayByOneCall) {
  sink_.open();
  const auto endpoint = ask("POST", "/v1/webhook_endpoints", {{"url", sink_.url()}});
  const auto since = to_iso8601(clock_.now());
  constexpr int before = 20;
  for (int i = 0; i < before; ++i) happen(fmt::format("SM{}", i % 7), i);
  pass(1s);
  EXPECT_EQ(sink_.events().size(), std::size_t(before));

  sink_.close();
  constexpr int away = 400;
  for (int hour = 0; hour < 24; ++hour) {
    for (int i = hour * away / 24; i < (hour + 1) * away / 24; ++i) {
      happen(fmt::format("SM{}", i % 40), before + i);
    }
    for (int minutes = 0; minutes < 60; minutes += 10) pass(10min);
  }
  for (int i = 0; i < 12; ++i) pass(5min);
  EXPECT_EQ(count("failed"), std::size_t(away));
  EXPECT_EQ(count("pending"), 0u);
  EXPECT_EQ(sink_.events().size(), std::size_t(before));

  sink_.open();
  const auto replayed = ask("POST",
                            fmt::format("/v1/webhook_endpoints/{}/replay",
                                        std::string_view(endpoint.at("sid").as_string())),
                            {{"since", since}});
  EXPECT_EQ(replayed.at("replayed").as_int64(), away);
  for (int i = 0; i < 20 && count("succeeded") < before + away; ++i) pass(1min);
  EXPECT_EQ(count("failed"), 0u);
  EXPECT_EQ(sink_.events().size(), std::size_t(before + away));
  for (const auto& [id, times] : sink_.events()) EXPECT_EQ(times, 1) << id;
}

}  // namespace
}  // namespace cloudvno::webhook_client
