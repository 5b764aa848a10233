// What becomes of a message's text and recipient: redaction, deletion, and messages that ask not to
// be kept. Nothing readable is left anywhere that the API shows.
#include <gmock/gmock.h>

#include "domain/messaging/testing/messaging_test_base.hpp"
#include "domain/privacy/legal_hold.hpp"

namespace cloudvno::messaging {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* secret = "xyzzy";

class Retention : public testing::MessagingTest {
 protected:
  Retention() {
    webhooks_->mount(*api_);
    EXPECT_EQ(
        request("POST", "/v1/webhook_endpoints", {{"url", "https://app.example/hook"}}).status,
        201);
  }
  http::Response post(const json::object& body) {
    http::Headers headers;
    headers.add("Idempotency-Key", "k");
    return request("POST", "/v1/messages", body, {}, std::move(headers));
  }
  // Sent with an Idempotency-Key, delivered, and all that is told of it arrived.
  std::string deliver(json::object extra = {}) {
    body_ = {{"from", from_},
             {"to", "+12015550100"},
             {"body", secret},
             {"status_callback", "https://app.example/status"}};
    for (auto& [name, value] : extra) body_[name] = value;
    const auto made = post(body_);
    EXPECT_EQ(made.status, 201) << made.body;
    const auto message = json::parse(made.body);
    until([&] { return carrier_.waiting.size() == 1; });
    carrier_.accept_next();
    until([&] { return status_of(message) == "sent"; });
    receipt("id1", ReceiptState::delivered);
    until([&] { return sender_.sent.size() == 4 && webhooks_->under_way() == 0; });
    return std::string(message.at("sid").as_string());
  }
  // Everything that the API shows of the message.
  std::string all_shown(const std::string& sid) {
    auto shown = request("GET", "/v1/messages/" + sid).body + request("GET", "/v1/messages").body +
                 request("GET", "/v1/events").body + post(body_).body;
    const auto deliveries = json::parse(request("GET", "/v1/webhook_deliveries").body);
    for (const auto& each : deliveries.at("data").as_array()) {
      shown +=
          request("GET", "/v1/webhook_deliveries/" + std::string(each.at("sid").as_string())).body;
    }
    return shown;
  }
  void hold(const std::string& sid) {
    privacy::LegalHold hold{
        HoldSid::make(clock_.now()), test_.account.sid, sid, "case 7", clock_.now(), {}};
    ASSERT_TRUE(db_->transact_now([&](storage::Transaction& tx) -> Result<> {
      return privacy::insert_hold(tx, *test_.account.keys, hold);
    }));
  }
  std::int64_t rows(std::string_view sql) {
    return db_
        ->read_now([&](storage::Transaction& tx) -> Result<std::int64_t> {
          const auto found = tx.query(sql);
          return found->next() ? found->integer(0) : -1;
        })
        .value();
  }

  json::object body_;
};

TEST_F(Retention, RedactsTheTextWhereverItIsShown) {
  const auto sid = deliver();
  EXPECT_THAT(all_shown(sid), HasSubstr(secret));
  const auto redacted = request("POST", "/v1/messages/" + sid, {{"body", ""}});
  EXPECT_EQ(redacted.status, 200) << redacted.body;
  const auto shown = all_shown(sid);
  EXPECT_THAT(shown, Not(HasSubstr(secret)));
  EXPECT_THAT(shown, HasSubstr("+12015550100"));
  EXPECT_EQ(request("POST", "/v1/messages/" + sid, {{"body", ""}}).status, 200);
}

TEST_F(Retention, LogsNothingOfARedactedTextInARetry) {
  sender_.failure = "refused";
  body_ = {{"from", from_}, {"to", "+12015550100"}, {"body", secret}};
  const auto message = json::parse(post(body_).body);
  const std::string sid(message.at("sid").as_string());
  until([&] { return carrier_.waiting.size() == 1; });
  carrier_.answer_next({SubmitResult::refused, {}, 30007});
  until([&] { return sender_.sent.size() == 1 && webhooks_->under_way() == 0; });
  EXPECT_EQ(request("POST", "/v1/messages/" + sid, {{"body", ""}}).status, 200);
  sender_.failure.clear();
  clock_.advance(std::chrono::minutes(1));
  until([&] {
    db_.run(webhooks_->load_due());
    return sender_.sent.size() == 2 && webhooks_->under_way() == 0;
  });
  EXPECT_THAT(sender_.sent[1].body, Not(HasSubstr(secret)));
  EXPECT_THAT(all_shown(sid), Not(HasSubstr(secret)));
}

TEST_F(Retention, RefusesToChangeATextOrToRedactOneThatIsOnItsWay) {
  const auto message = send();
  const auto path = "/v1/messages/" + std::string(message.at("sid").as_string());
  EXPECT_EQ(request("POST", path, {{"body", ""}}).status, 409);
  EXPECT_EQ(request("DELETE", path).status, 409);
  EXPECT_EQ(request("POST", path, {{"body", "other"}}).status, 400);
  EXPECT_EQ(request("POST", path, {{"status", "sent"}}).status, 400);
  EXPECT_EQ(request("POST", path).status, 400);
}

TEST_F(Retention, DeletesAMessageWithAllThatWasToldOfIt) {
  const auto sid = deliver();
  EXPECT_EQ(request("DELETE", "/v1/messages/" + sid, {}, test_.live_key).status, 404);
  EXPECT_EQ(request("DELETE", "/v1/messages/" + sid).status, 204);
  EXPECT_EQ(request("GET", "/v1/messages/" + sid).status, 404);
  EXPECT_EQ(request("DELETE", "/v1/messages/" + sid).status, 404);
  const auto shown = all_shown(sid);
  EXPECT_THAT(shown, Not(HasSubstr(secret)));
  EXPECT_THAT(shown, Not(HasSubstr("+12015550100")));
  for (const auto* sql : {"SELECT COUNT(*) FROM message", "SELECT COUNT(*) FROM message_part",
                          "SELECT COUNT(*) FROM event", "SELECT COUNT(*) FROM webhook_delivery",
                          "SELECT COUNT(*) FROM webhook_attempt"}) {
    EXPECT_EQ(rows(sql), 0) << sql;
  }
}

TEST_F(Retention, KeepsWhatALegalHoldHolds) {
  const auto sid = deliver();
  hold(sid);
  for (const auto& refused : {request("POST", "/v1/messages/" + sid, {{"body", ""}}),
                              request("DELETE", "/v1/messages/" + sid)}) {
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(json::parse(refused.body).at("error").at("code").as_string(), "legal_hold");
  }
  EXPECT_THAT(all_shown(sid), HasSubstr(secret));
}

TEST_F(Retention, DiscardsATextAsSoonAsItsMessageIsFinal) {
  const auto sid = deliver({{"content_retention", "discard"}});
  EXPECT_EQ(as_text(carrier_.submissions[0].part.user_data), secret);
  for (const auto& told : sender_.sent) EXPECT_THAT(told.body, Not(HasSubstr(secret)));
  EXPECT_THAT(all_shown(sid), Not(HasSubstr(secret)));
}

TEST_F(Retention, ObfuscatesTheRecipientAsSoonAsItsMessageIsFinal) {
  const auto sid = deliver({{"address_retention", "obfuscate"}});
  EXPECT_EQ(carrier_.submissions[0].to.e164(), "+12015550100");
  for (const auto& told : sender_.sent) EXPECT_THAT(told.body, HasSubstr("1201555XXXX"));
  const auto shown = all_shown(sid);
  EXPECT_THAT(shown, Not(HasSubstr("+12015550100")));
  EXPECT_THAT(shown, HasSubstr("+1201555XXXX"));
  const auto found = json::parse(request("GET", "/v1/messages?to=%2B12015550100").body);
  EXPECT_TRUE(found.at("data").as_array().empty());
}

TEST_F(Retention, KeepsTheTextOfAHeldAccountThatAskedForNothingToBeKept) {
  hold({});
  const auto sid = deliver({{"content_retention", "discard"}});
  for (const auto& told : sender_.sent) EXPECT_THAT(told.body, Not(HasSubstr(secret)));
  EXPECT_THAT(request("GET", "/v1/messages/" + sid).body, HasSubstr(secret));
}

TEST_F(Retention, ForgetsAReplyInTheAnswerThatAskedForIt) {
  ASSERT_EQ(request("POST", "/v1/incoming_phone_numbers/" + from_,
                    {{"sms_url", "https://app.example/sms"}})
                .status,
            200);
  sender_.response.status = 200;
  sender_.response.headers.add("Content-Type", "text/xml");
  sender_.response.body = "<Response><Message>xyzzy</Message></Response>";
  EXPECT_EQ(inbound({*PhoneNumber::parse("+12015550100"), *PhoneNumber::parse(from_), "hi", {}}),
            Intake::kept);
  until([&] { return carrier_.waiting.size() == 1; });
  carrier_.answer_next({SubmitResult::refused, {}, 30007});
  const auto failed = [&] {
    return json::parse(request("GET", "/v1/messages?status=failed").body).at("data").as_array();
  };
  until([&] { return failed().size() == 1 && webhooks_->under_way() == 0; });
  const std::string sid(failed()[0].at("sid").as_string());
  body_ = {{"from", from_}};
  EXPECT_EQ(request("POST", "/v1/messages/" + sid, {{"body", ""}}).status, 200);
  EXPECT_THAT(all_shown(sid), Not(HasSubstr(secret)));
}

}  // namespace
}  // namespace cloudvno::messaging
