// Credentials by API and by name, and what goes back to them.
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "domain/accounts/testing/test_account.hpp"
#include "domain/smpp_access/credential_store.hpp"
#include "domain/smpp_access/receipt_request.hpp"
#include "domain/smpp_access/return_store.hpp"
#include "domain/smpp_access/smpp_credentials_api.hpp"

namespace cloudvno::smpp_access {
namespace {

namespace json = boost::json;
using accounts::testing::TestAccount;
using ::testing::Not;
using ::testing::SizeIs;

class SmppAccessTest : public ::testing::Test {
 protected:
  SmppAccessTest() { mount_smpp_credentials(api_, clock_); }

  template <class Body>
  auto write(Body body) {
    auto done = db_->transact_now(body);
    EXPECT_TRUE(done) << (done ? "" : done.error().detail);
    return std::move(*done);
  }
  http::Response ask(std::string method, const std::string& path, const json::object& body = {},
                     bool live = false) {
    http::Request raw;
    raw.method = std::move(method);
    raw.path = "/v1/smpp_credentials" + path;
    raw.headers.add("Authorization", "Bearer " + (live ? test_.live_key : test_.test_key));
    if (raw.method == "POST") {
      raw.headers.add("Content-Type", "application/json");
      raw.body = json::serialize(body);
    }
    return db_.run(api_.handle(raw));
  }
  json::object make(const json::object& body = {}) {
    const auto made = ask("POST", "", body);
    EXPECT_EQ(made.status, 201) << made.body;
    return json::parse(made.body).as_object();
  }
  static std::string text(const json::object& object, std::string_view name) {
    return std::string(object.at(name).as_string());
  }
  Result<Holder> find(const std::string& system_id, const std::string& password) {
    return db_->read_now(
        [&](storage::Transaction& tx) { return find_holder(tx, accounts_, system_id, password); });
  }
  Return back(const SmppCredentialSid& credential, std::string body) {
    clock_.advance(std::chrono::milliseconds(1));
    Return one;
    one.credential = credential;
    one.message = MessageSid::make(clock_.now());
    one.account = test_.account.sid;
    one.from = *PhoneNumber::parse("+12015550100");
    one.to = *PhoneNumber::parse("+12125550123");
    one.body = std::move(body);
    one.created_at = clock_.now();
    write([&](storage::Transaction& tx) -> Result<bool> {
      insert_return(tx, *test_.account.keys, one);
      return true;
    });
    return one;
  }
  std::vector<std::string> claim(const SmppCredentialSid& credential, std::string_view owner,
                                 std::int64_t most = 10) {
    std::vector<std::string> bodies;
    const auto claimed = write([&](storage::Transaction& tx) -> Result<std::vector<Return>> {
      return claim_returns(tx, *test_.account.keys, credential, owner, clock_.now(), most);
    });
    for (const auto& one : claimed) bodies.push_back(one.body);
    return bodies;
  }

  ManualClock clock_;
  vault::Vault vault_{vault::Key{7}};
  storage::testing::TestDatabase db_;
  TestAccount test_ = TestAccount::open(db_, vault_, clock_.now());
  accounts::Accounts accounts_{*db_, vault_, clock_};
  api::Api api_{*db_, clock_, accounts_, "https://host"};
};

TEST_F(SmppAccessTest, APasswordIsShownOnceAndOpensItsCredentialOnly) {
  const auto made = make({{"name", "Ours"}});
  const auto id = text(made, "system_id");
  const auto password = text(made, "password");
  EXPECT_THAT(password, SizeIs(8));
  EXPECT_LE(id.size(), 15U);
  const auto read = ask("GET", "/" + text(made, "sid"));
  EXPECT_EQ(read.status, 200);
  EXPECT_THAT(read.body, Not(::testing::HasSubstr(password)));
  const auto holder = find(id, password);
  ASSERT_TRUE(holder);
  EXPECT_EQ(holder->credential.name, "Ours");
  EXPECT_EQ(holder->account->sid, test_.account.sid);
  EXPECT_EQ(find(id, password + "x").error().code, Errc::unauthorized);
  EXPECT_EQ(find(text(make(), "system_id"), password).error().code, Errc::unauthorized);
  EXPECT_EQ(find("nobody", password).error().code, Errc::unauthorized);
}

TEST_F(SmppAccessTest, ACredentialIsChangedListedAndRevokedInItsModeOnly) {
  const auto sid = text(make(), "sid");
  EXPECT_EQ(ask("GET", "/" + sid, {}, true).status, 404);
  EXPECT_EQ(ask("POST", "/" + sid, {{"window", 0}}).status, 400);
  EXPECT_EQ(ask("POST", "/" + sid, {{"allowed_addresses", {"10.0.0.1/8"}}}).status, 400);
  const auto changed =
      ask("POST", "/" + sid,
          {{"window", 7}, {"allowed_addresses", {"10.0.0.0/8"}}, {"receive", false}});
  EXPECT_EQ(changed.status, 200) << changed.body;
  const auto listed = json::parse(ask("GET", "").body).at("data").as_array();
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].at("window").as_int64(), 7);
  EXPECT_EQ(listed[0].at("allowed_addresses").as_array()[0].as_string(), "10.0.0.0/8");
  back(*SmppCredentialSid::parse(sid), "waits");
  EXPECT_EQ(ask("DELETE", "/" + sid).status, 204);
  EXPECT_EQ(ask("GET", "/" + sid).status, 404);
  EXPECT_TRUE(claim(*SmppCredentialSid::parse(sid), "me").empty()) << "what waited went too";
}

TEST_F(SmppAccessTest, ReturnsAreClaimedByOneInTheirOrderAndGivenBack) {
  const auto sid = *SmppCredentialSid::parse(text(make(), "sid"));
  using Bodies = std::vector<std::string>;
  const auto first = back(sid, "1");
  back(sid, "2");
  back(sid, "3");
  EXPECT_EQ(claim(sid, "me", 2), (Bodies{"1", "2"}));
  EXPECT_EQ(claim(sid, "you"), (Bodies{"3"}));
  write([&](storage::Transaction& tx) -> Result<bool> {
    postpone_return(tx, first, "me", 1, clock_.now() + std::chrono::seconds(1));
    EXPECT_EQ(free_returns(tx, "you"), 1);
    return true;
  });
  EXPECT_EQ(claim(sid, "me"), (Bodies{"3"})) << "the first waits a second";
  clock_.advance(std::chrono::seconds(1));
  EXPECT_EQ(claim(sid, "me"), (Bodies{"1"}));
  write([&](storage::Transaction& tx) -> Result<bool> {
    delete_return(tx, first);
    release_returns(tx, sid, "me");
    return true;
  });
  EXPECT_EQ(claim(sid, "me"), (Bodies{"2", "3"}));
}

TEST(ReceiptRequest, IsReadAsItWasPrinted) {
  ReceiptRequest request{SmppCredentialSid::make(Time()), true, MessageSid::make(Time()), {1, 3}};
  const auto read = ReceiptRequest::parse(request.print());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->print(), request.print());
  EXPECT_EQ(read->ids(),
            (std::vector<std::string>{request.id.str() + "-1", request.id.str() + "-3"}));
  request.parts.clear();
  EXPECT_EQ(ReceiptRequest::parse(request.print())->ids(),
            std::vector<std::string>{request.id.str()});
  EXPECT_FALSE(ReceiptRequest::parse("SC1 final SM1 "));
  EXPECT_FALSE(ReceiptRequest::parse(request.print() + "x"));
}

}  // namespace
}  // namespace cloudvno::smpp_access
