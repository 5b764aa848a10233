// Whole lives of verifications.
#include "domain/verify/testing/verify_test_base.hpp"

#include <atomic>
#include <thread>

#include "domain/verify/check_code.hpp"

namespace cloudvno::verify {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

class VerifyLife : public testing::VerifyTest {
 public:
  using VerifyTest::api_;
  using VerifyTest::db_;
  using VerifyTest::handset;
  using VerifyTest::test_;

 protected:
  std::string error(const json::object& answer) {
    return std::string(answer.at("error").at("code").as_string());
  }
  std::string status(const json::object& verification) {
    return std::string(get("/v1/verify/" + std::string(verification.at("sid").as_string()))
                           .at("status")
                           .as_string());
  }
};

TEST_F(VerifyLife, SendsACodeBySmsAndApprovesItOnce) {
  const auto sent = send();
  EXPECT_EQ(sent.at("status"), "pending");
  EXPECT_EQ(sent.at("channel"), "sms");
  EXPECT_EQ(sent.at("to"), handset);
  EXPECT_TRUE(sent.at("sid").as_string().starts_with("VE"));
  const auto code = code_of(sent);
  EXPECT_EQ(last_text(), "Your verification code is " + code + ". Do not share it with anyone.");

  const auto first = check(wrong(code));
  EXPECT_EQ(first.at("valid"), false);
  EXPECT_EQ(first.at("status"), "pending");
  const auto second = check(code);
  EXPECT_EQ(second.at("valid"), true);
  EXPECT_EQ(second.at("status"), "approved");
  EXPECT_EQ(status(sent), "approved");
  EXPECT_EQ(error(check(code, {}, 409)), "verification_already_approved");
  EXPECT_EQ(guard_.approved, std::vector{std::string(handset)});
  EXPECT_EQ(events(), (std::vector<std::string>{"verification.created", "verification.approved"}));
}

TEST_F(VerifyLife, NeverShowsTheCodeNorTheMessageThatCarriesIt) {
  const auto sent = send({{"custom_message", "Acme {code}"}});
  const auto code = code_of(sent);
  EXPECT_EQ(last_text(), "Acme " + code);
  EXPECT_TRUE(get("/v1/messages").at("data").as_array().empty());
  for (const auto* path : {"/v1/verify", "/v1/events", "/v1/messages", "/v1/verify/summary"}) {
    EXPECT_FALSE(json::serialize(get(path)).contains(code)) << path;
  }
  EXPECT_FALSE(json::serialize(sent).contains(code));
  const auto hidden = request("GET", "/v1/messages/" + carrier_.submissions.back().message.str());
  EXPECT_EQ(hidden.status, 404);
  // Once its receipt has come the text is nowhere.
  bool taken = false;
  messaging_->on_receipt(carrier_, {"id1", messaging::ReceiptState::delivered, 0},
                         [&](messaging::Intake) { taken = true; });
  until([&] { return taken; });
  const auto kept = db_->read_now([&](storage::Transaction& tx) -> Result<std::string> {
    const auto rows = tx.query("SELECT sid, body_sealed, status FROM message");
    EXPECT_TRUE(rows->next());
    EXPECT_EQ(rows->text(2), "delivered");
    return test_.account.keys->open({"message", "body_sealed", rows->text(0)}, rows->bytes(1));
  });
  ASSERT_TRUE(kept);
  EXPECT_EQ(*kept, "");
  EXPECT_EQ(events(), std::vector<std::string>{"verification.created"});
}

TEST_F(VerifyLife, SendsTheSameCodeAgainAtMostFiveTimes) {
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

TEST_F(VerifyLife, TellsWhatBecameOfTheMessage) {
  const auto sent = send();
  const auto path = "/v1/verify/" + std::string(sent.at("sid").as_string());
  until([&] { return get(path).at("delivery_status") == "sent"; });
  bool taken = false;
  messaging_->on_receipt(carrier_, {"id1", messaging::ReceiptState::undelivered, 30003},
                         [&](messaging::Intake) { taken = true; });
  until([&] { return taken; });
  EXPECT_EQ(get(path).at("delivery_status"), "undelivered");
  EXPECT_TRUE(get(path).at("delivery_error").is_string());
  EXPECT_EQ(send({}, 200).at("delivery_error"), json::value(nullptr));
}

TEST_F(VerifyLife, IsTheSameAfterARestart) {
  const auto sent = send();
  const auto code = code_of(sent);
  end();
  start();
  const auto again = send({}, 200);
  EXPECT_EQ(again.at("sid"), sent.at("sid"));
  EXPECT_EQ(check(code).at("valid"), true);
}

TEST_F(VerifyLife, ExpiresAndSaysSo) {
  const auto sent = send({{"valid_for", 60}});
  const auto code = code_of(sent);
  clock_.advance(60s);
  const auto checked = check(code);
  EXPECT_EQ(checked.at("valid"), false);
  EXPECT_EQ(checked.at("status"), "expired");
  EXPECT_EQ(status(sent), "expired");
  // Where nobody asks, the event comes all the same.
  const auto other = send({{"to", "+12015550101"}, {"valid_for", 60}});
  clock_.advance(61s);
  EXPECT_EQ(status(other), "expired");
  until([&] { return events().size() == 4; });
  EXPECT_EQ(events().back(), "verification.expired");
}

TEST_F(VerifyLife, EndsWithItsLastAttempt) {
  const auto sent = send({{"max_attempts", 2}});
  const auto code = code_of(sent);
  EXPECT_EQ(check(wrong(code)).at("status"), "pending");
  EXPECT_EQ(check(wrong(code)).at("status"), "max_attempts_reached");
  const auto late = check(code);
  EXPECT_EQ(late.at("valid"), false);
  EXPECT_EQ(late.at("status"), "max_attempts_reached");
  EXPECT_NE(send().at("sid"), sent.at("sid"));
}

TEST_F(VerifyLife, IsCanceledWhileItIsPending) {
  const auto sent = send();
  const auto path = "/v1/verify/" + std::string(sent.at("sid").as_string());
  EXPECT_EQ(post(path, {{"status", "canceled"}}).at("status"), "canceled");
  EXPECT_EQ(check(code_of(sent)).at("status"), "canceled");
  EXPECT_EQ(error(post(path, {{"status", "canceled"}}, 409)), "wrong_state");
  EXPECT_EQ(events().back(), "verification.canceled");
}

TEST_F(VerifyLife, LooksAtNoMoreCodesThanAllowedHoweverManyComeAtOnce) {
  const auto sent = send();
  const auto code = wrong(code_of(sent));
  std::vector<http::Response> answers(1'000);
  db_.run([](VerifyLife& test, std::string code, auto& answers) -> net::Task<> {
    net::TaskGroup group(test.db_.home(), "checks");
    for (auto& answer : answers) {
      group.spawn("check", [](VerifyLife& test, std::string code, auto& answer) -> net::Task<> {
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
TEST_F(VerifyLife, IsOneForTwoProcessesThatSendAndCheckAtOnce) {
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
      const auto sent = database.transact_now([&](storage::Transaction& tx) {
        return send_code(tx, parts(), *test_.account.keys, order, now);
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

TEST_F(VerifyLife, LetsANumberBeGuessedOnlySoOftenADay) {
  for (const auto& [length, most] : {std::pair(4, 10), std::pair(5, 20), std::pair(6, 50)}) {
    const auto to = fmt::format("+1201555020{}", length);
    int looked_at = 0;
    while (looked_at <= most) {
      const auto sent = send({{"to", to}, {"code_length", length}, {"max_attempts", 5}});
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

TEST_F(VerifyLife, LooksAtACodeOfFourDigitsThreeTimes) {
  const auto sent = send({{"code_length", 4}, {"max_attempts", 10}});
  EXPECT_EQ(sent.at("max_attempts"), 3);
  const auto code = wrong(code_of(sent));
  EXPECT_EQ(code.size(), 4u);
  check(code);
  check(code);
  EXPECT_EQ(check(code).at("status"), "max_attempts_reached");
}

TEST_F(VerifyLife, TakesDigitsOfOtherScripts) {
  const auto sent = send();
  std::string arabic;
  for (const char digit : code_of(sent)) {
    arabic += fmt::format("\xd9{}", static_cast<char>('\xa0' + (digit - '0')));
  }
  EXPECT_EQ(check(arabic).at("valid"), true);
}

TEST_F(VerifyLife, RefusesWhatMakesNoSense) {
  const auto refused = [&](json::object extra, std::string_view param) {
    const auto answer = send(std::move(extra), 400);
    EXPECT_EQ(answer.at("error").at("param").as_string(), param) << json::serialize(answer);
  };
  refused({{"channel", "pigeon"}}, "channel");
  refused({{"channel", "email"}}, "channel");
  refused({{"to", "ada@example.com"}, {"channel", "sms"}}, "channel");
  refused({{"to", "nobody"}}, "to");
  refused({{"custom_message", "no code"}}, "custom_message");
  refused({{"custom_message", "{code}\r\n"}}, "custom_message");
  refused({{"code_length", 3}}, "code_length");
  refused({{"code_length", 9}}, "code_length");
  refused({{"valid_for", 59}}, "valid_for");
  refused({{"valid_for", 3601}}, "valid_for");
  refused({{"max_attempts", 0}}, "max_attempts");
  refused({{"max_attempts", 11}}, "max_attempts");
  refused({{"locale", "e"}}, "locale");
  refused({{"domain", "not a domain"}}, "domain");
  refused({{"client_address", "1.2.3"}}, "client_address");
  EXPECT_EQ(error(check("123456", {}, 404)), "verification_not_found");
  send();
  for (const auto* code : {"", "12345a", "123", "123456789", "①②③④⑤⑥"}) {
    EXPECT_EQ(error(check(code, {}, 400)), "invalid_parameter") << code;
  }
  EXPECT_EQ(error(send({{"channel", "rcs"}}, 422)), "channel_not_available");
  EXPECT_EQ(error(send({{"from", "+12015559999"}, {"to", "+12015550103"}}, 422)),
            "from_number_not_owned");
}

TEST_F(VerifyLife, KeepsTestAndLiveAndAccountsApart) {
  const auto sent = send();
  const auto code = code_of(sent);
  const json::object body{{"to", handset}, {"code", code}};
  EXPECT_EQ(request("POST", "/v1/verify/check", body, test_.live_key).status, 404);
  EXPECT_EQ(request("POST", "/v1/verify/check", body, limited_.test_key).status, 404);
  const auto path = "/v1/verify/" + std::string(sent.at("sid").as_string());
  EXPECT_EQ(request("GET", path, {}, limited_.test_key).status, 404);
  EXPECT_EQ(request("GET", path, {}, test_.live_key).status, 404);
  EXPECT_EQ(check(code).at("valid"), true);
}

TEST_F(VerifyLife, KeepsTheRecordOfWhatTheGuardBlocks) {
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

TEST_F(VerifyLife, LimitsSendingToANumberUntilItIsApproved) {
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

TEST_F(VerifyLife, LimitsClientsAndPrefixesOfAccountsWithLimits) {
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

TEST_F(VerifyLife, SpeaksTheCodeAndAgainAfterAKey) {
  const auto sent = send({{"channel", "voice"}, {"locale", "de"}});
  const auto code = code_of(sent);
  until([&] { return !phone_.peers.empty(); });
  auto& peer = phone_.peer(0);
  EXPECT_EQ(peer.order.to, handset);
  phone_.answer(peer);
  const auto digits = [&] {
    std::string heard;
    for (const auto& spoken : speech_.spoken) {
      EXPECT_EQ(spoken.language, "de");
      if (spoken.text.size() == 1) heard += spoken.text;
    }
    return heard;
  };
  until([&] {
    clock_.advance(500ms);
    return digits().size() >= 2 * code.size();
  });
  EXPECT_EQ(digits(), code + code);
  phone_.press(peer, "1");
  until([&] {
    clock_.advance(100ms);
    return digits().size() >= 3 * code.size();
  });
  EXPECT_TRUE(digits().starts_with(code + code + code));
  phone_.hang_up(peer);
  settle();
  EXPECT_TRUE(get("/v1/calls").at("data").as_array().empty());
  EXPECT_TRUE(app_.asked.empty());
  EXPECT_EQ(check(code).at("valid"), true);
  EXPECT_EQ(events(), (std::vector<std::string>{"verification.created", "verification.approved"}));
}

TEST_F(VerifyLife, SpeaksEnglishWhereTheLanguageIsNotSpokenHere) {
  class EnglishOnly final : public voice::Speech {
   public:
    net::Task<Result<voice::SoundPtr>> speak(voice::SpeechRequest request) override {
      if (request.language == "en") co_return nullptr;
      co_return fail(Errc::invalid_parameter);
    }
  } english;
  documents_->speak_by(english);
  const auto sent = send({{"channel", "voice"}, {"locale", "de"}});
  until([&] { return !phone_.peers.empty(); });
  phone_.answer(phone_.peer(0));
  until([&] { return !speech_.spoken.empty(); });
  EXPECT_EQ(speech_.spoken.front().language, "en");
}

TEST_F(VerifyLife, BringsMailOutOfTheStoreUntilItIsTaken) {
  using enum Brought::Result;
  email_.answers = {{try_again, "The relay did not answer."}, {done, {}}};
  const auto sent = send({{"to", "Ada@Example.com"}, {"channel", "email"}, {"locale", "fr"}});
  const auto code = code_of(sent);
  until([&] { return email_.brought.size() == 1; });
  settle();
  const auto path = "/v1/verify/" + std::string(sent.at("sid").as_string());
  EXPECT_EQ(get(path).at("delivery_error"), "The relay did not answer.");
  end();
  start();
  clock_.advance(5s);
  until([&] { return email_.brought.size() == 2; });
  settle();
  EXPECT_EQ(get(path).at("delivery_error"), json::value(nullptr));
  const auto& mail = email_.brought.back();
  EXPECT_EQ(mail.to, "ada@example.com");
  EXPECT_EQ(mail.code, code);
  EXPECT_EQ(mail.subject, "Votre code de vérification");
  EXPECT_TRUE(mail.text.contains(code));
  pass(60s);
  EXPECT_EQ(email_.brought.size(), 2u);
  EXPECT_EQ(check(code, {{"to", "ADA@example.com"}}).at("valid"), true);
  EXPECT_TRUE(guard_.judged.empty() && guard_.approved.empty());
}

TEST_F(VerifyLife, TellsWhyAChannelRefused) {
  using enum Brought::Result;
  whatsapp_.answers = {{refused, "The number has no WhatsApp."}};
  const auto sent = send({{"channel", "whatsapp"}});
  until([&] { return whatsapp_.brought.size() == 1; });
  EXPECT_EQ(whatsapp_.brought[0].from, from_);
  settle();
  EXPECT_EQ(get("/v1/verify/" + std::string(sent.at("sid").as_string())).at("delivery_error"),
            "The number has no WhatsApp.");
  // Another channel, the same code.
  const auto again = send({{"channel", "sms"}}, 200);
  EXPECT_EQ(again.at("channel"), "sms");
  EXPECT_TRUE(last_text().contains(whatsapp_.brought[0].code));
}

TEST_F(VerifyLife, SumsUpWhatWasSentAndGivenBack) {
  check(code_of(send()));
  send({{"to", "+447009000000"}});
  guard_.blocked.insert("+447009000001");
  send({{"to", "+447009000001"}}, 422);
  const auto summary = get("/v1/verify/summary");
  EXPECT_EQ(summary.at("total").at("attempts"), 2);
  EXPECT_EQ(summary.at("total").at("converted"), 1);
  EXPECT_EQ(summary.at("total").at("blocked"), 1);
  EXPECT_EQ(summary.at("total").at("conversion_rate"), 0.5);
  EXPECT_EQ(summary.at("countries").at("US").at("conversion_rate"), 1.0);
  EXPECT_EQ(summary.at("channels").at("sms").at("attempts"), 2);
  EXPECT_EQ(summary.at("data").as_array().size(), 2u);
  EXPECT_EQ(get("/v1/verify/summary?country=GB").at("total").at("converted"), 0);
}

TEST_F(VerifyLife, ListsByNumberChannelAndState) {
  const auto first = send();
  send({{"to", "ada@example.com"}, {"channel", "email"}});
  EXPECT_EQ(get("/v1/verify").at("data").as_array().size(), 2u);
  EXPECT_EQ(get("/v1/verify?channel=email").at("data").as_array().size(), 1u);
  EXPECT_EQ(get("/v1/verify?status=approved").at("data").as_array().size(), 0u);
  const auto by_number = get("/v1/verify?to=%2B12015550100").at("data").as_array();
  ASSERT_EQ(by_number.size(), 1u);
  EXPECT_EQ(by_number[0].at("sid"), first.at("sid"));
  EXPECT_EQ(get("/v1/verify?to=ADA@example.com").at("data").as_array().size(), 1u);
}

TEST_F(VerifyLife, IsMadeOnceForAnIdempotencyKey) {
  const auto send_with_key = [&] {
    http::Headers headers;
    headers.add("Idempotency-Key", "one");
    return request("POST", "/v1/verify/send", {{"to", handset}}, {}, headers);
  };
  const auto first = send_with_key();
  const auto second = send_with_key();
  EXPECT_EQ(first.body, second.body);
  settle();
  EXPECT_EQ(carrier_.submissions.size(), 1u);
}

}  // namespace
}  // namespace cloudvno::verify
