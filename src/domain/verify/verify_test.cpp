// Whole lives of verifications.
#include "domain/verify/testing/verify_test_base.hpp"

namespace cloudvno::verify {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

class VerifyLife : public testing::VerifyTest {};

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

TEST_F(VerifyLife, IsFoundAlsoAfterTheClockWasSetBack) {
  clock_.advance(5s);
  check(code_of(send()));
  clock_.advance(-5s);
  const auto next = send();
  EXPECT_EQ(send({}, 200).at("sid"), next.at("sid"));
  EXPECT_EQ(check(code_of(next)).at("status"), "approved");
}

TEST_F(VerifyLife, LeavesTheChoiceOfASenderToChannelsThatHaveOne) {
  EXPECT_EQ(error(send({{"channel", "whatsapp"}, {"from", limited_from_}}, 400)),
            "invalid_parameter");
  EXPECT_EQ(error(send({{"channel", "voice"}, {"from", "72345"}}, 400)), "invalid_parameter");
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
