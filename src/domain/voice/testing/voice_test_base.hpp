// The room as a process runs it, with telephony and a customer's application in memory.
#pragma once

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "domain/accounts/testing/test_account.hpp"
#include "domain/numbers/assign_numbers.hpp"
#include "domain/numbers/numbers_api.hpp"
#include "domain/voice/testing/fake_application.hpp"
#include "domain/voice/testing/fake_telephone.hpp"
#include "domain/voice/voice.hpp"
#include "domain/webhooks/testing/fake_sender.hpp"
#include "platform/net/event.hpp"
#include "platform/storage/testing/doubtful_database.hpp"

namespace cloudvno::voice::testing {

namespace json = boost::json;
using namespace std::chrono_literals;

class VoiceTest : public ::testing::Test {
 protected:
  VoiceTest() { start(); }
  ~VoiceTest() override { end(); }

  void start();
  void end();
  // As a crash leaves it: what runs is never told, and not written.
  void crash();

  http::Response request(std::string method, std::string target, const json::object& body = {},
                         http::Headers headers = {});
  // A call from the account's number to `to`, with the document itself.
  json::object call(std::string xml, json::object extra = {});
  json::object read(const json::object& resource) {
    return get("/v1/calls/" + std::string(resource.at("sid").as_string()));
  }
  json::object get(const std::string& path) {
    const auto response = request("GET", path);
    EXPECT_EQ(response.status, 200) << response.body;
    return json::parse(response.body).as_object();
  }
  std::string status_of(const json::object& resource) {
    return std::string(read(resource).at("status").as_string());
  }
  // The codes that the customer can read of it.
  std::vector<int> notifications(const json::object& resource);
  // Lets everything go on until the condition holds, for a bounded time.
  void until(const std::function<bool()>& condition);
  void until_status(const json::object& resource, std::string_view status) {
    until([&] { return status_of(resource) == status; });
  }
  // Lets what is under way come to rest.
  void settle();
  // Time passes, and what waits for it happens.
  void pass(Micros time) {
    clock_.advance(time);
    settle();
  }
  FakeTelephone::Peer& peer(std::size_t number) {
    until([&] { return phone_.peers.size() > number; });
    return phone_.peer(number);
  }
  // A call that was placed and answered.
  FakeTelephone::Peer& answered(std::size_t number) {
    auto& other = peer(number);
    phone_.answer(other);
    settle();
    return other;
  }
  // A call comes in to the account's number, whose voice_url is https://app.example/voice.
  FakeTelephone::Peer& ring_in();
  static std::string field(const std::string& form, std::string_view name);
  std::string callback_field(std::size_t number, std::string_view name) {
    return field(sender_.sent.at(number).body, name);
  }
  // "initiated ringing …" of the callbacks so far.
  std::string told(std::string_view name = "CallStatus");

  ManualClock clock_;
  vault::Vault vault_{vault::Key{7}};
  ::cloudvno::storage::testing::TestDatabase db_;
  ::cloudvno::storage::testing::DoubtfulDatabase store_{*db_};
  ::cloudvno::webhooks::testing::FakeSender sender_;
  FakeTelephone phone_;
  FakeDocuments app_;
  FakeSpeech speech_;
  FakeCodec codec_;
  std::vector<TextOrder> texts_;
  CallLimits limits_;
  ::cloudvno::accounts::testing::TestAccount test_ =
      ::cloudvno::accounts::testing::TestAccount::open(db_, vault_, clock_.now(),
                                                       {"Test", false, false});
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
  std::unique_ptr<Voice> voice_;
};

}  // namespace cloudvno::voice::testing
