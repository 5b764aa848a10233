// What is held back: guesses, sends, and what the guard blocks.
#include "domain/verify/budget_store.hpp"
#include "domain/verify/testing/verify_test_base.hpp"

#include <atomic>
#include <thread>

#include "domain/verify/check_code.hpp"

namespace cloudvno::verify {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

// Coroutines of its tests use these.
class VerifyLimits : public testing::VerifyTest {
 public:
  using VerifyTest::api_;
  using VerifyTest::db_;
  using VerifyTest::handset;
  using VerifyTest::test_;
};

TEST_F(VerifyLimits, SendsTheSameCodeAgainAtMostFiveTimes) {
  const auto first = send();
  const auto code = code_of(first);
  for (int i = 2; i <= 5; ++i) {
    const auto again = send({}, 200);
    EXPECT_EQ(again.at("sid"), first.at("sid"));
    EXPECT_EQ(again.at("sends"), i);
    EXPECT_TRUE(last_text().contains(code));
  }
  const auto refused = send({}, 429);
  EXPECT_EQ(error(refused), "verification_limit_reached");
  EXPECT_EQ(refused.at("error").at("retry_after").as_int64(), 600);
  EXPECT_EQ(carrier_.submissions.size(), 5u);
  pass(601s);
  EXPECT_NE(send().at("sid"), first.at("sid"));
}

TEST_F(VerifyLimits, LooksAtNoMoreCodesThanAllowedHoweverManyComeAtOnce) {
  const auto sent = send();
  const auto code = wrong(code_of(sent));
  std::vector<http::Response> answers(1'000);
  db_.run([](VerifyLimits& test, std::string code, auto& answers) -> net::Task<> {
    net::TaskGroup group(test.db_.home(), "checks");
    for (auto& answer : answers) {
      group.spawn("check", [](VerifyLimits& test, std::string code, auto& answer) -> net::Task<> {
        http::Request raw;
        raw.method = "POST";
        raw.path = "/v1/verify/check";
        raw.headers.add("Authorization", "Bearer " + test.test_.test_key);
        raw.headers.add("Content-Type", "application/json");
        raw.body = json::serialize(json::object{{"to", handset}, {"code", code}});
        answer = co_await test.api_->handle(raw);
      }(test, code, answer));
    }
    co_await group.wait();
  }(*this, code, answers));
  int pending = 0;
  int ended = 0;
  for (const auto& answer : answers) {
    ASSERT_EQ(answer.status, 200) << answer.body;
    const auto state = json::parse(answer.body).at("status");
    pending += state == "pending" ? 1 : 0;
    ended += state == "max_attempts_reached" ? 1 : 0;
  }
  EXPECT_EQ(pending, 4);
  EXPECT_EQ(ended, 996);
  EXPECT_EQ(get("/v1/verify/" + std::string(sent.at("sid").as_string())).at("attempts"), 5);
}

// Each with an engine of its own on the same store, as processes have.
TEST_F(VerifyLimits, IsOneForTwoProcessesThatSendAndCheckAtOnce) {
  const auto other = db_.open_another();
  const auto now = clock_.now();
  const auto both = [&](auto work) {
    std::thread thread([&] { work(*other); });
    work(*db_);
    thread.join();
  };
  SendOrder order;
  order.account = test_.account.sid;
  order.limited = false;
  order.to = handset;
  order.channel = Channel::whatsapp;
  std::atomic<int> sends = 0;
  both([&](storage::Database& database) {
    for (int i = 0; i < 2; ++i) {
      std::optional<fraud::Risk> refused;
      const auto sent = database.transact_now([&](storage::Transaction& tx) {
        return send_code(tx, parts(), *test_.account.keys, order, now, refused);
      });
      ASSERT_TRUE(sent) << sent.error().detail;
      ++sends;
    }
  });
  const auto rows = get("/v1/verify").at("data").as_array();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].at("sends"), sends.load());
  EXPECT_EQ(guard_.judged.size(), 1u);

  CheckOrder guess;
  guess.account = test_.account.sid;
  guess.limited = false;
  guess.to = handset;
  guess.code = wrong(code_of(rows[0].as_object()));
  std::atomic<int> pending = 0;
  both([&](storage::Database& database) {
    for (int i = 0; i < 20; ++i) {
      const auto checked = database.transact_now([&](storage::Transaction& tx) {
        return check_code(tx, parts(), *test_.account.keys, guess, now);
      });
      ASSERT_TRUE(checked) << checked.error().detail;
      pending += checked->verification.status == Status::pending ? 1 : 0;
    }
  });
  EXPECT_EQ(pending, 4);
  EXPECT_EQ(get("/v1/verify").at("data").at(0).at("attempts"), 5);
}

TEST_F(VerifyLimits, LetsANumberBeGuessedOnlySoOftenADay) {
  for (const auto& [length, most] : {std::pair(4, 10), std::pair(5, 20), std::pair(6, 50)}) {
    const auto to = fmt::format("+1201555020{}", length);
    int looked_at = 0;
    while (looked_at <= most) {
      const json::object order{{"to", to}, {"code_length", length}, {"max_attempts", 5}};
      const auto made = request("POST", "/v1/verify/send", order);
      const auto sent = json::parse(made.body).as_object();
      if (made.status == 429) {
        EXPECT_EQ(error(sent), "verification_limit_reached") << "no code that nobody may give back";
        break;
      }
      const auto code = wrong(code_of(sent));
      bool refused = false;
      while (true) {
        const auto answer = request("POST", "/v1/verify/check", {{"to", to}, {"code", code}});
        if (answer.status == 429) {
          const auto body = json::parse(answer.body).as_object();
          EXPECT_EQ(error(body), "verification_check_limit_reached");
          EXPECT_GT(body.at("error").at("retry_after").as_int64(), 0);
          refused = true;
          break;
        }
        ++looked_at;
        if (json::parse(answer.body).at("status") != "pending") break;
      }
      if (refused) break;
    }
    EXPECT_EQ(looked_at, most) << length;
    pass(3'601s);
  }
}

TEST_F(VerifyLimits, LooksAtACodeOfFourDigitsThreeTimes) {
  const auto sent = send({{"code_length", 4}, {"max_attempts", 10}});
  EXPECT_EQ(sent.at("max_attempts"), 3);
  const auto code = wrong(code_of(sent));
  EXPECT_EQ(code.size(), 4u);
  check(code);
  check(code);
  EXPECT_EQ(check(code).at("status"), "max_attempts_reached");
}

TEST_F(VerifyLimits, KeepsTheRecordOfWhatTheGuardBlocks) {
  guard_.blocked.insert(std::string(handset));
  const auto refused = send({{"client_address", "::ffff:203.0.113.7"}}, 422);
  EXPECT_EQ(error(refused), "verification_blocked");
  EXPECT_EQ(guard_.client_address, "203.0.113.7");
  settle();
  EXPECT_TRUE(carrier_.submissions.empty());
  const auto rows = get("/v1/verify?status=blocked").at("data").as_array();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].at("risk").at("score"), 97);
  EXPECT_EQ(rows[0].at("risk").at("reasons").at(0).at("name"), "neighbouring_numbers");
  EXPECT_EQ(rows[0].at("risk").at("reasons").at(0).at("points"), 60);
  EXPECT_TRUE(json::serialize(refused).contains(rows[0].at("sid").as_string().c_str()));
  EXPECT_EQ(error(check("123456", {}, 404)), "verification_not_found");
  EXPECT_EQ(events(), std::vector<std::string>{"verification.blocked"});
  guard_.blocked.clear();
  send();
}

TEST_F(VerifyLimits, IsNotJudgedWhereItCannotGo) {
  EXPECT_EQ(error(send({{"from", "+12025550199"}}, 422)), "from_number_not_owned");
  EXPECT_TRUE(guard_.judged.empty());
}

TEST_F(VerifyLimits, IsOneForAllSpellingsOfANumber) {
  send({{"to", "+4402079460001"}});
  EXPECT_EQ(guard_.judged.back(), "+442079460001");
  EXPECT_EQ(send({{"to", "+442079460001"}}, 200).at("sends"), 2);
}

TEST_F(VerifyLimits, TakesAnIpv6NetworkForOneClient) {
  Verification one;
  one.to = handset;
  one.request.client_address = "2001:db8::1";
  const auto first = send_budgets(one, true);
  one.request.client_address = "2001:db8::ffff:2";
  const auto second = send_budgets(one, true);
  ASSERT_EQ(first.size(), second.size());
  for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(first[i].subject, second[i].subject);
  EXPECT_EQ(error(send({{"client_address", "fe80::1%3"}}, 400)), "invalid_parameter");
}

TEST_F(VerifyLimits, SendsNothingAgainWhereABlockStands) {
  send();
  guard_.blocked.insert(std::string(handset));
  const auto refused = send({}, 422);
  EXPECT_EQ(error(refused), "verification_blocked");
  EXPECT_TRUE(json::serialize(refused).contains("prefix_blocked"));
  settle();
  EXPECT_EQ(carrier_.submissions.size(), 1u);
  guard_.blocked.clear();
  EXPECT_EQ(send({}, 200).at("sends"), 2);
}

TEST_F(VerifyLimits, LimitsSendingToANumberUntilItIsApproved) {
  for (int round = 0; round < 4; ++round) {
    send();
    for (int i = 0; i < 4; ++i) send({}, 200);
    pass(601s);
  }
  const auto refused = send({}, 429);
  EXPECT_EQ(error(refused), "verification_limit_reached");
  EXPECT_GT(refused.at("error").at("retry_after").as_int64(), 3'600);
  pass(25h);
  check(code_of(send()));
  for (int i = 0; i < 25; ++i) check(code_of(send()));
}

TEST_F(VerifyLimits, LimitsClientsAndPrefixesOfAccountsWithLimits) {
  const auto send_to = [&](int number, std::string client) {
    clock_.advance(2s);
    return request("POST", "/v1/verify/send",
                   {{"to", fmt::format("+44700900{:04}", number)}, {"client_address", client}},
                   limited_.test_key)
        .status;
  };
  for (int i = 0; i < 30; ++i) ASSERT_EQ(send_to(i, "203.0.113.7"), 201);
  EXPECT_EQ(send_to(30, "203.0.113.7"), 429);
  for (int i = 30; i < 100; ++i) ASSERT_EQ(send_to(i, {}), 201) << i;
  EXPECT_EQ(send_to(100, {}), 429);
  EXPECT_EQ(send_to(1'100, {}), 201);
}

}  // namespace
}  // namespace cloudvno::verify
