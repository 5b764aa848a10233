// The room as a process runs it, with a carrier, telephony and other channels in memory.
#pragma once

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "domain/accounts/testing/test_account.hpp"
#include "domain/messaging/testing/fake_carrier.hpp"
#include "domain/messaging/testing/fake_media_source.hpp"
#include "domain/numbers/assign_numbers.hpp"
#include "domain/verify/spoken_codes.hpp"
#include "domain/verify/testing/fake_code_carrier.hpp"
#include "domain/verify/testing/fake_guard.hpp"
#include "domain/verify/verify.hpp"
#include "domain/voice/testing/fake_application.hpp"
#include "domain/voice/testing/fake_telephone.hpp"
#include "domain/webhooks/testing/fake_sender.hpp"
#include "platform/storage/testing/test_database.hpp"

namespace cloudvno::verify::testing {

namespace json = boost::json;
using namespace std::chrono_literals;
using TestAccount = ::cloudvno::accounts::testing::TestAccount;

class VerifyTest : public ::testing::Test {
 protected:
  VerifyTest() { start(); }
  ~VerifyTest() override { end(); }

  Parts parts() {
    return {*db_, vault_, *accounts_, *webhooks_, guard_, *messaging_, *voice_, clock_};
  }
  // What a process start does, and an orderly end.
  void start();
  void end();

  http::Response request(std::string method, std::string target, const json::object& body = {},
                         std::string key = {}, http::Headers headers = {});
  // The body of an answer with that status.
  json::object post(const std::string& path, const json::object& body, int status = 200);
  json::object get(const std::string& path, int status = 200);
  json::object send(json::object extra = {}, int status = 201);
  json::object check(std::string code, json::object extra = {}, int status = 200);
  // What the carrier was given last.
  std::string last_text();
  std::string code_of(const json::object& verification);
  static std::string wrong(std::string code);
  // Lets what is under way come to rest.
  void settle();
  void until(const std::function<bool()>& condition);
  void pass(Micros time) {
    clock_.advance(time);
    settle();
  }
  std::vector<std::string> events();
  static std::string error(const json::object& answer) {
    return std::string(answer.at("error").at("code").as_string());
  }
  std::string status(const json::object& verification) {
    const auto path = "/v1/verify/" + std::string(verification.at("sid").as_string());
    return std::string(get(path).at("status").as_string());
  }

  static constexpr const char* handset = "+12015550100";
  ManualClock clock_;
  vault::Vault vault_{vault::Key{7}};
  ::cloudvno::storage::testing::TestDatabase db_;
  ::cloudvno::webhooks::testing::FakeSender sender_;
  ::cloudvno::messaging::testing::FakeMediaSource media_{db_.home()};
  ::cloudvno::messaging::testing::FakeCarrier carrier_{"sandbox"};
  ::cloudvno::voice::testing::FakeTelephone phone_;
  ::cloudvno::voice::testing::FakeDocuments app_;
  ::cloudvno::voice::testing::FakeSpeech speech_;
  ::cloudvno::voice::testing::FakeCodec codec_;
  FakeGuard guard_;
  FakeCodeCarrier email_;
  FakeCodeCarrier whatsapp_;
  TestAccount test_ = TestAccount::open(db_, vault_, clock_.now(), {"Test", false, false});
  TestAccount limited_ = TestAccount::open(db_, vault_, clock_.now());
  std::string from_ = numbers_of(test_);
  std::string limited_from_ = numbers_of(limited_);
  std::unique_ptr<accounts::Accounts> accounts_;
  std::unique_ptr<api::Api> api_;
  std::unique_ptr<cluster::Node> node_;
  std::unique_ptr<webhooks::Webhooks> webhooks_;
  std::unique_ptr<messaging::Messaging> messaging_;
  std::unique_ptr<SpokenCodes> documents_;
  std::unique_ptr<voice::Voice> voice_;
  std::unique_ptr<Verify> verify_;

 private:
  std::string numbers_of(const TestAccount& account);
};

}  // namespace cloudvno::verify::testing
