// Messages that wait for their time: accepted, canceled, due, and what may change meanwhile.
#include <random>

#include "domain/messaging/apply_receipt.hpp"
#include "domain/messaging/delivery_errors.hpp"
#include "domain/messaging/message_store.hpp"
#include "domain/messaging/testing/messaging_test_base.hpp"
#include "domain/numbers/number_store.hpp"
#include "domain/optouts/opt_outs.hpp"

namespace cloudvno::messaging {
namespace {

namespace json = boost::json;
using std::chrono::hours;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Scheduled : public testing::MessagingTest {
 protected:
  json::value schedule(std::chrono::seconds in = hours(1), json::object extra = {}) {
    extra["send_at"] = to_iso8601(clock_.now() + in);
    return send(std::move(extra));
  }
  static std::string path(const json::value& message) {
    return "/v1/messages/" + std::string(message.at("sid").as_string());
  }
  json::value read(const json::value& message) {
    return json::parse(request("GET", path(message)).body);
  }
  http::Response cancel(const json::value& message) {
    return request("POST", path(message), {{"status", "canceled"}});
  }
  void come_due(std::chrono::seconds in = hours(1)) {
    clock_.advance(in + std::chrono::seconds(1));
  }
  void until_state(const json::value& message, std::string_view state) {
    until([&] {
      messaging_->tick();
      return status_of(message) == state;
    });
  }
  std::string error_of(const json::object& extra) {
    json::object body{{"from", from_}, {"to", "+12015550100"}, {"body", "hello"}};
    for (const auto& [name, value] : extra) body[name] = value;
    const auto response = request("POST", "/v1/messages", body);
    EXPECT_EQ(response.status, 400) << response.body;
    return std::string(json::parse(response.body).at("error").at("param").as_string());
  }
};

TEST_F(Scheduled, WaitsForItsTimeAndIsThenSent) {
  const auto message = schedule(hours(1), {{"status_callback", "https://app.example/status"},
                                           {"validity_period", 60},
                                           {"tags", json::array{"spring", "für dich"}}});
  EXPECT_EQ(message.at("status").as_string(), "scheduled");
  EXPECT_EQ(message.at("send_at").as_string(), to_iso8601(clock_.now() + hours(1)));
  EXPECT_EQ(message.at("validity_period").as_int64(), 60);
  EXPECT_EQ(read(message).at("tags"), (json::array{"spring", "für dich"}));
  messaging_->tick();
  const auto listed = json::parse(request("GET", "/v1/messages?status=scheduled").body);
  EXPECT_EQ(listed.at("data").as_array().size(), 1u);
  EXPECT_TRUE(carrier_.submissions.empty());
  come_due();
  until_state(message, "queued");
  until([&] { return carrier_.waiting.size() == 1; });
  carrier_.accept_next();
  until_state(message, "sent");
  until([&] { return sender_.sent.size() == 2; });
  EXPECT_EQ(field(sender_.sent[0], "MessageStatus"), "queued");
}

TEST_F(Scheduled, RefusesTimesAndPeriodsThatItDoesNotKeep) {
  const auto at = [&](std::chrono::seconds in) { return to_iso8601(clock_.now() + in); };
  EXPECT_EQ(error_of({{"send_at", at(std::chrono::seconds(0))}}), "send_at");
  EXPECT_EQ(error_of({{"send_at", at(hours(24 * 35 + 1))}}), "send_at");
  EXPECT_EQ(error_of({{"validity_period", 0}}), "validity_period");
  EXPECT_EQ(error_of({{"validity_period", 36'001}}), "validity_period");
  EXPECT_EQ(error_of({{"content_retention", "obfuscate"}}), "content_retention");
  EXPECT_EQ(error_of({{"address_retention", "discard"}}), "address_retention");
  EXPECT_EQ(error_of({{"tags", json::array{"a\nb"}}}), "tags");
  EXPECT_EQ(error_of({{"tags", std::string(65, 'x')}}), "tags");
  EXPECT_EQ(error_of({{"tags", json::array(11, "x")}}), "tags");
}

TEST_F(Scheduled, KeepsTheTextThatSmartEncodingMakes) {
  const auto message = send({{"body", "“Don’t”"}, {"smart_encoding", true}});
  EXPECT_EQ(message.at("body").as_string(), "\"Don't\"");
  EXPECT_EQ(message.at("encoding").as_string(), "GSM-7");
  EXPECT_EQ(send({{"body", "“Don’t”"}}).at("encoding").as_string(), "UCS-2");
}

TEST_F(Scheduled, IsCanceledOnceAndNeverSent) {
  const auto message = schedule(hours(1), {{"status_callback", "https://app.example/status"}});
  const auto canceled = cancel(message);
  EXPECT_EQ(canceled.status, 200) << canceled.body;
  EXPECT_EQ(json::parse(canceled.body).at("status").as_string(), "canceled");
  EXPECT_EQ(cancel(message).status, 409);
  until([&] { return sender_.sent.size() == 1; });
  EXPECT_EQ(field(sender_.sent[0], "MessageStatus"), "canceled");
  come_due();
  messaging_->tick();
  const auto other = send();
  until([&] { return carrier_.waiting.size() == 1; });
  EXPECT_EQ(status_of(message), "canceled");
  EXPECT_EQ(cancel(other).status, 409);
}

TEST_F(Scheduled, FailsWhereTheRecipientOptedOutMeanwhile) {
  const auto message = schedule();
  ASSERT_TRUE(db_->transact_now([&](storage::Transaction& tx) -> Result<bool> {
    TRY_ASSIGN(const auto number,
               numbers::find_number(tx, vault_, *test_.account.keys, test_.account.sid,
                                    *PhoneNumber::parse(from_)));
    return optouts::opt_out(tx, vault_, {&number, 1}, *PhoneNumber::parse("+12015550100"),
                            clock_.now());
  }));
  come_due();
  until_state(message, "failed");
  EXPECT_EQ(read(message).at("error_code").as_int64(), error_unsubscribed);
}

TEST_F(Scheduled, FailsWhereTheSenderWasReleasedMeanwhile) {
  const auto message = schedule();
  ASSERT_TRUE(db_->transact_now([&](storage::Transaction& tx) -> Result<bool> {
    TRY_ASSIGN(const auto number,
               numbers::find_number(tx, vault_, *test_.account.keys, test_.account.sid,
                                    *PhoneNumber::parse(from_)));
    return numbers::delete_number(tx, number.sid);
  }));
  come_due();
  until_state(message, "failed");
  EXPECT_EQ(read(message).at("error_code").as_int64(), error_sender_gone);
}

// Cancel, due, the carrier's answer and its receipts in any order: of the states that the customer
// is told, each may follow the one before, and the record shows the last.
TEST_F(Scheduled, NeverGoesBackWhateverComesInWhateverOrder) {
  std::mt19937 random(4);
  webhooks_->mount(*api_);
  for (int round = 0; round < 25; ++round) {
    const auto message = schedule(std::chrono::seconds(1));
    for (int step = 0; step < 8; ++step) {
      switch (random() % 5) {
        case 0:
          cancel(message);
          break;
        case 1:
          if (status_of(message) != "scheduled") break;
          come_due(std::chrono::seconds(1));
          until_state(message, "queued");
          break;
        case 2:
          if (!carrier_.waiting.empty()) {
            carrier_.accept_next();
            until_state(message, status_of(message) == "queued" ? "sent" : status_of(message));
          }
          break;
        default:
          if (carrier_.last_id > 0) {
            const bool delivered = random() % 2 == 0;
            // Past the dispatcher, which would leave a carrier that delivers so badly.
            const Receipt receipt{"id" + std::to_string(carrier_.last_id),
                                  delivered ? ReceiptState::delivered : ReceiptState::undelivered,
                                  delivered ? 0 : error_unreachable};
            ASSERT_TRUE(db_->transact_now([&](storage::Transaction& tx) {
              return apply_receipt(tx, vault_, *accounts_, webhooks_->outbox(), "sandbox", receipt,
                                   clock_.now());
            }));
          }
      }
    }
    const auto events = json::parse(
        request("GET", "/v1/events?resource_sid=" + std::string(message.at("sid").as_string()))
            .body);
    auto state = MessageStatus::scheduled;
    const auto& data = events.at("data").as_array();
    for (auto event = data.rbegin(); event != data.rend(); ++event) {
      const auto next = parse_status(event->at("data").at("status").as_string());
      ASSERT_TRUE(next);
      EXPECT_TRUE(may_move(state, *next)) << status_name(state) << " to " << status_name(*next);
      state = *next;
    }
    EXPECT_EQ(status_of(message), status_name(state));
    cancel(message);  // or the next round would find it due
    until([&] {
      while (!carrier_.waiting.empty()) carrier_.accept_next();
      return messaging_->waiting() == 0;
    });
  }
}

TEST_F(Scheduled, SendsAScheduledMessageWhenItsTimeComesAlsoAfterARestart) {
  carrier_.answers_at_once = true;
  const auto message = send({{"send_at", "2026-01-01T01:00:00Z"}, {"tags", json::array{"a", "b"}}});
  EXPECT_EQ(message.at("status").as_string(), "scheduled");
  EXPECT_EQ(message.at("tags").as_array().size(), 2u);
  clock_.advance(std::chrono::minutes(59));
  messaging_->tick();
  EXPECT_EQ(status_of(message), "scheduled");
  end();
  start();
  clock_.advance(std::chrono::minutes(1));
  until([&] {
    messaging_->tick();
    clock_.advance(std::chrono::milliseconds(100));
    return status_of(message) == "sent";
  });
  EXPECT_THAT(carrier_.submissions, SizeIs(1));
}

TEST_F(Scheduled, FailsAScheduledMessageWhoseRecipientOptedOutMeanwhile) {
  carrier_.answers_at_once = true;
  const auto message = send({{"send_at", "2026-01-01T01:00:00Z"}});
  EXPECT_EQ(inbound({*PhoneNumber::parse("+12015550100"), *PhoneNumber::parse(from_), "STOP", {}}),
            Intake::kept);
  until([&] { return carrier_.submissions.size() == 1; });
  clock_.advance(std::chrono::hours(1));
  until([&] {
    messaging_->tick();
    clock_.advance(std::chrono::milliseconds(100));
    return status_of(message) == "failed";
  });
  const auto read = request("GET", "/v1/messages/" + std::string(message.at("sid").as_string()));
  EXPECT_EQ(json::parse(read.body).at("error_code").as_int64(), error_unsubscribed);
  EXPECT_THAT(carrier_.submissions, SizeIs(1)) << "the answer to STOP alone";
}

TEST_F(Scheduled, CancelsAScheduledMessageOnceAndNoOther) {
  carrier_.answers_at_once = true;
  const auto cancel = [&](const json::value& message) {
    return request("POST", "/v1/messages/" + std::string(message.at("sid").as_string()),
                   {{"status", "canceled"}})
        .status;
  };
  const auto message = send(
      {{"send_at", "2026-01-01T01:00:00Z"}, {"status_callback", "https://app.example/status"}});
  EXPECT_EQ(cancel(message), 200);
  EXPECT_EQ(cancel(message), 409);
  until([&] { return sender_.sent.size() == 1; });
  EXPECT_EQ(field(sender_.sent[0], "MessageStatus"), "canceled");
  const auto sent = send();
  until([&] { return status_of(sent) == "sent"; });
  EXPECT_EQ(cancel(sent), 409);
  clock_.advance(std::chrono::hours(2));
  messaging_->tick();
  until([&] { return messaging_->waiting() == 0; });
  EXPECT_EQ(status_of(message), "canceled");
  EXPECT_THAT(carrier_.submissions, SizeIs(1));
}

TEST_F(Scheduled, NeverSendsAMessagePastTheValidityThatItAskedFor) {
  carrier_.set_up(false);
  const auto message = send({{"validity_period", 60}});
  clock_.advance(std::chrono::seconds(61));
  carrier_.set_up(true);
  messaging_->tick();
  until([&] { return status_of(message) == "failed"; });
  EXPECT_THAT(carrier_.submissions, IsEmpty());
  for (const auto* wrong : {"2025-01-01T00:00:00Z", "2027-01-01T00:00:00Z"}) {
    const json::object body{
        {"from", from_}, {"to", "+12015550100"}, {"body", "x"}, {"send_at", wrong}};
    EXPECT_EQ(request("POST", "/v1/messages", body).status, 400) << wrong;
  }
}

}  // namespace
}  // namespace cloudvno::messaging
