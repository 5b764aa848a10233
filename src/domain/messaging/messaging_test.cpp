// The life of a message through the room: API, queue, carrier, receipts, callbacks, restarts.
#include "domain/messaging/messaging.hpp"
#include "domain/messaging/queue_store.hpp"

#include <boost/json/parse.hpp>

#include "domain/messaging/carrier_ref.hpp"
#include "domain/messaging/delivery_errors.hpp"
#include "domain/messaging/message_store.hpp"
#include "domain/messaging/testing/messaging_test_base.hpp"
#include "domain/numbers/assign_numbers.hpp"
#include "platform/cluster/node_store.hpp"

namespace cloudvno::messaging {
namespace {

using testing::MessagingTest;

namespace json = boost::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(MessagingTest, BringsAMessageFromQueuedToDelivered) {
  const auto message = send();
  EXPECT_EQ(message.at("status").as_string(), "queued");
  EXPECT_EQ(message.at("direction").as_string(), "outbound-api");
  until([&] { return carrier_.waiting.size() == 1; });
  EXPECT_EQ(carrier_.submissions[0].to.e164(), "+12015550100");
  carrier_.accept_next();
  until([&] { return status_of(message) == "sent"; });
  receipt("id1", ReceiptState::delivered);
  EXPECT_EQ(status_of(message), "delivered");
}

TEST_F(MessagingTest, NeverLetsAStateGoBack) {
  const auto message = send();
  until([&] { return carrier_.waiting.size() == 1; });
  carrier_.accept_next();
  until([&] { return status_of(message) == "sent"; });
  receipt("id1", ReceiptState::undelivered, error_unreachable);
  receipt("id1", ReceiptState::delivered);
  receipt("id1", ReceiptState::in_progress);
  EXPECT_EQ(status_of(message), "undelivered");
}

TEST_F(MessagingTest, TakesAReceiptThatOvertookTheAnswer) {
  const auto message = send();
  until([&] { return carrier_.waiting.size() == 1; });
  std::optional<Intake> intake;
  messaging_->on_receipt(carrier_, {"id1", ReceiptState::delivered, 0},
                         [&](Intake result) { intake = result; });
  carrier_.accept_next();
  until([&] { return intake == Intake::kept; });
  EXPECT_EQ(status_of(message), "delivered");
}

TEST_F(MessagingTest, TakesAGuessedReceiptOnlyWhereItNamesTheRecipient) {
  const auto message = send();
  until([&] { return carrier_.waiting.size() == 1; });
  carrier_.accept_next();
  until([&] { return status_of(message) == "sent"; });
  const auto guess = [&](const char* number) {
    Receipt receipt{"id1", ReceiptState::delivered, 0, {PhoneNumber::parse(number).value()}};
    std::optional<Intake> intake;
    messaging_->on_receipt(carrier_, receipt, [&](Intake result) { intake = result; });
    until([&] { return intake.has_value(); });
    return *intake;
  };
  EXPECT_EQ(guess("+12015550199"), Intake::not_ours);
  EXPECT_EQ(status_of(message), "sent");
  EXPECT_EQ(guess("+12015550100"), Intake::kept);
  EXPECT_EQ(status_of(message), "delivered");
}

TEST_F(MessagingTest, LetsFewReceiptsOfUnknownIdsWait) {
  const auto message = send();
  until([&] { return carrier_.waiting.size() == 1; });
  int later = 0;
  for (int i = 0; i < 60; ++i) {
    messaging_->on_receipt(carrier_, {fmt::format("stale{}", i), ReceiptState::delivered, 0},
                           [&](Intake intake) { later += intake == Intake::try_later; });
  }
  until([&] { return later == 10; });
  carrier_.accept_next();
  until([&] { return status_of(message) == "sent"; });
  receipt("id1", ReceiptState::delivered);
  until([&] { return status_of(message) == "delivered"; });
  EXPECT_EQ(later, 10);
}

TEST_F(MessagingTest, WaitsWithAReceiptOfWhatAnotherNodeHasOut) {
  Message theirs;
  theirs.sid = MessageSid::make(clock_.now());
  theirs.account = test_.account.sid;
  theirs.carrier = "acme";
  theirs.created_at = theirs.updated_at = clock_.now();
  ASSERT_TRUE(db_->transact_now([&](storage::Transaction& tx) -> Result<> {
    cluster::insert_node(tx, {"other", "other", 0, "machine"}, clock_.now());
    insert_message(tx, *test_.account.keys, theirs);
    enqueue(tx, theirs, {}, "other");
    EXPECT_TRUE(mark_submitted(tx, theirs.sid, "other", "acme", clock_.now()));
    return {};
  }));
  std::optional<Intake> intake;
  messaging_->on_receipt(live_carrier_, {"theirs", ReceiptState::delivered, 0},
                         [&](Intake result) { intake = result; });
  db_.run(net::sleep_for(std::chrono::milliseconds(50)));
  EXPECT_FALSE(intake);
  ASSERT_TRUE(db_->transact_now([&](storage::Transaction& tx) -> Result<> {
    dequeue(tx, theirs.sid);
    insert_part(tx, theirs, 1, carrier_ref(vault_, "acme", "theirs"));
    return {};
  }));
  until([&] { return intake.has_value(); });
  EXPECT_EQ(intake, Intake::kept);
}

TEST_F(MessagingTest, FailsAMessageThatTheCarrierRefuses) {
  const auto message = send();
  until([&] { return carrier_.waiting.size() == 1; });
  carrier_.answer_next({SubmitResult::refused, {}, error_unknown_destination});
  until([&] { return status_of(message) == "failed"; });
  const auto read = json::parse(
      request("GET", "/v1/messages/" + std::string(message.at("sid").as_string())).body);
  EXPECT_EQ(read.at("error_code").as_int64(), error_unknown_destination);
  EXPECT_TRUE(read.at("date_sent").is_null());
}

TEST_F(MessagingTest, SendsAThrottledMessageAgainAfterAPauseUnmarked) {
  const auto message = send();
  until([&] { return carrier_.waiting.size() == 1; });
  carrier_.answer_next({SubmitResult::throttled, {}, 0});
  messaging_->tick();
  EXPECT_EQ(carrier_.submissions.size(), 1u);
  clock_.advance(std::chrono::seconds(2));
  messaging_->tick();
  until([&] { return carrier_.waiting.size() == 1; });
  carrier_.accept_next();
  until([&] { return status_of(message) == "sent"; });
  const auto read = json::parse(
      request("GET", "/v1/messages/" + std::string(message.at("sid").as_string())).body);
  EXPECT_FALSE(read.at("possible_duplicate").as_bool());
}

TEST_F(MessagingTest, MarksAMessageThatGoesOutAgainInDoubt) {
  const auto message = send();
  until([&] { return carrier_.waiting.size() == 1; });
  carrier_.answer_next({SubmitResult::unknown, {}, 0});
  messaging_->tick();
  until([&] { return carrier_.waiting.size() == 1; });
  carrier_.accept_next();
  until([&] { return status_of(message) == "sent"; });
  const auto read = json::parse(
      request("GET", "/v1/messages/" + std::string(message.at("sid").as_string())).body);
  EXPECT_TRUE(read.at("possible_duplicate").as_bool());
}

TEST_F(MessagingTest, HoldsAPlaceInTheWindowUntilTheOutcomeIsDurable) {
  for (int i = 0; i < 30; ++i) send({{"to", recipient(i)}});
  until([&] { return carrier_.waiting.size() == 10; });
  EXPECT_EQ(carrier_.most_waiting, 10u);
  carrier_.answers_at_once = true;
  while (!carrier_.waiting.empty()) carrier_.accept_next();
  until([&] { return messaging_->waiting() == 0; });
  EXPECT_EQ(carrier_.submissions.size(), 30u);
}

TEST_F(MessagingTest, LetsNoMessageOvertakeOnesOfItsPairThatAreBeingLoaded) {
  for (int round = 0; round < 12; ++round) {
    carrier_.set_up(false);
    carrier_.submissions.clear();
    clock_.advance(std::chrono::milliseconds(2));
    send({{"body", "older"}});
    end();
    carrier_.set_up(true);
    carrier_.answers_at_once = true;
    start();
    messaging_->tick();  // which begins to load
    clock_.advance(std::chrono::milliseconds(2));
    send({{"body", "newer"}});
    until([&] { return carrier_.submissions.size() == 2 && messaging_->waiting() == 0; });
    EXPECT_EQ(as_text(carrier_.submissions[0].part.user_data), "older") << "round " << round;
  }
}

TEST_F(MessagingTest, BringsOutWhatWasQueuedWhileItLookedAtItsQueues) {
  carrier_.answers_at_once = true;
  const auto first = send();
  until([&] { return status_of(first) == "sent"; });
  net::Event looked(db_.home());
  store_.hold_reads(&looked);
  clock_.advance(std::chrono::seconds(5));
  messaging_->tick();  // the last: it looks at what is due, at media and at the queues
  until([&] { return store_.held() == 3; });
  store_.hold_reads(nullptr);
  send();
  EXPECT_THAT(carrier_.submissions, SizeIs(1));
  looked.set();
  until([&] { return carrier_.submissions.size() == 2; });
}

TEST_F(MessagingTest, SendsWhatARestartFoundInTheQueueInItsOrder) {
  carrier_.set_up(false);
  std::vector<json::value> messages;
  for (int i = 0; i < 5; ++i) {
    clock_.advance(std::chrono::milliseconds(2));
    messages.push_back(send({{"to", recipient(i)}, {"body", std::to_string(i)}}));
  }
  end();
  carrier_.set_up(true);
  start();
  messaging_->tick();
  until([&] { return carrier_.waiting.size() == 5; });
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(as_text(carrier_.submissions[static_cast<std::size_t>(i)].part.user_data),
              std::to_string(i));
  }
}

TEST_F(MessagingTest, SendsAMessageWhoseCommitNobodyHeardOf) {
  send();
  until([&] { return carrier_.waiting.size() == 1; });
  store_.lose_next_answer();
  const json::object body{{"from", from_}, {"to", recipient(1)}, {"body", "in doubt"}};
  EXPECT_EQ(request("POST", "/v1/messages", body).status, 503);
  clock_.advance(std::chrono::seconds(10));
  until([&] {
    messaging_->tick();
    return carrier_.waiting.size() == 2;
  });
}

TEST_F(MessagingTest, ShowsAMessageUntilTheSecondAtWhichItsTimeIsOver) {
  const auto message = send();
  const auto one = "/v1/messages/" + std::string(message.at("sid").as_string());
  const auto listed = [&] {
    return json::parse(request("GET", "/v1/messages").body).at("data").as_array().size();
  };
  clock_.advance(std::chrono::days(90));
  EXPECT_EQ(request("GET", one).status, 200);
  EXPECT_EQ(listed(), 1u);
  clock_.advance(std::chrono::seconds(1));
  EXPECT_EQ(request("GET", one).status, 404);
  EXPECT_EQ(listed(), 0u);
}

TEST_F(MessagingTest, SendsNothingThatAnotherNodeAdopted) {
  carrier_.set_up(false);
  send();
  const auto kept = send();
  ASSERT_TRUE(db_->transact_now([&](storage::Transaction& tx) -> Result<bool> {
                   return tx.run(
                              "UPDATE outbound_queue SET owner = 'other' WHERE message_sid <> $1",
                              kept.at("sid").as_string().c_str()) == 1;
                 })
                  .value());
  carrier_.set_up(true);
  carrier_.answers_at_once = true;
  messaging_->tick();
  until([&] { return status_of(kept) == "sent" && messaging_->waiting() == 0; });
  EXPECT_THAT(carrier_.submissions, SizeIs(1));
}

TEST_F(MessagingTest, SendsWhatAnotherNodeLeft) {
  carrier_.set_up(false);
  cluster::Node left(*db_, clock_, "left", false);
  ASSERT_TRUE(left.join());
  const auto message = send();
  ASSERT_TRUE(db_->transact_now([&](storage::Transaction& tx) -> Result<bool> {
                   return move_queue(tx, node_->owner(), left.owner()) == 1;
                 })
                  .value());
  end();
  carrier_.set_up(true);
  carrier_.answers_at_once = true;
  start();
  messaging_->tick();
  until([&] { return status_of(message) == "sent"; });
}

TEST_F(MessagingTest, MarksAfterARestartWhatMayHaveGoneOut) {
  const auto message = send();
  until([&] { return carrier_.waiting.size() == 1; });
  end();
  start();
  messaging_->tick();
  until([&] { return carrier_.waiting.size() == 1; });
  carrier_.accept_next();
  until([&] { return status_of(message) == "sent"; });
  const auto read = json::parse(
      request("GET", "/v1/messages/" + std::string(message.at("sid").as_string())).body);
  EXPECT_TRUE(read.at("possible_duplicate").as_bool());
}

TEST_F(MessagingTest, LeavesNoDoubtAtAnOrderlyEndAboutWhatDidNotGoOut) {
  const auto message = send();
  until([&] { return carrier_.waiting.size() == 1; });
  carrier_.answer_next({SubmitResult::throttled, {}, 0});
  end();
  start();
  messaging_->tick();
  until([&] { return carrier_.waiting.size() == 1; });
  carrier_.accept_next();
  until([&] { return status_of(message) == "sent"; });
  const auto response =
      request("GET", "/v1/messages/" + std::string(message.at("sid").as_string()));
  EXPECT_FALSE(json::parse(response.body).at("possible_duplicate").as_bool());
}

TEST_F(MessagingTest, NeverSendsAMessagePastItsValidity) {
  carrier_.set_up(false);
  const auto message = send();
  clock_.advance(std::chrono::hours(11));
  carrier_.set_up(true);
  messaging_->tick();
  until([&] { return status_of(message) == "failed"; });
  EXPECT_THAT(carrier_.submissions, IsEmpty());
}

TEST_F(MessagingTest, DeliversALongMessageOnlyWhenAllItsPartsAre) {
  const auto message = send({{"body", std::string(300, 'x')}});
  EXPECT_EQ(message.at("num_segments").as_int64(), 2);
  until([&] { return carrier_.waiting.size() == 2; });
  carrier_.accept_next();
  carrier_.accept_next();
  until([&] { return status_of(message) == "sent"; });
  receipt("id2", ReceiptState::delivered);
  EXPECT_EQ(status_of(message), "sent");
  receipt("id1", ReceiptState::delivered);
  EXPECT_EQ(status_of(message), "delivered");
}

TEST_F(MessagingTest, TakesTheReceiptOfAPartWhileAnotherWaitsToGoAgain) {
  for (const auto result : {SubmitResult::temporary, SubmitResult::throttled}) {
    const auto message = send({{"body", std::string(300, 'x')}});
    until([&] { return carrier_.waiting.size() == 2; });
    carrier_.accept_next();
    const auto first = fmt::format("id{}", carrier_.last_id);
    carrier_.answer_next({result, {}, 0});
    receipt(first, ReceiptState::delivered);
    EXPECT_EQ(status_of(message), "queued");
    clock_.advance(std::chrono::seconds(6));
    until([&] {
      messaging_->tick();
      return carrier_.waiting.size() == 1;
    });
    carrier_.accept_next();
    until([&] { return status_of(message) == "sent"; });
    receipt(fmt::format("id{}", carrier_.last_id), ReceiptState::delivered);
    EXPECT_EQ(status_of(message), "delivered");
  }
}

TEST_F(MessagingTest, GivesALongTextWholeToACarrierThatSplitsItself) {
  carrier_.traits().takes_whole_texts = true;
  const std::string text(300, 'x');
  const auto message = send({{"body", text}});
  until([&] { return carrier_.waiting.size() == 1; });
  EXPECT_EQ(carrier_.submissions[0].text, text);
  carrier_.accept_next();
  until([&] { return status_of(message) == "sent"; });
  EXPECT_THAT(carrier_.submissions, SizeIs(1));
  receipt("id1", ReceiptState::delivered);
  EXPECT_EQ(status_of(message), "delivered");
}

TEST_F(MessagingTest, SendsAMessageOfMorePartsThanTheWindow) {
  testing::FakeCarrier narrow("narrow", 2);
  const auto message = send({{"body", std::string(1600, 'x')}});
  EXPECT_EQ(message.at("num_segments").as_int64(), 11);
  until([&] { return carrier_.waiting.size() == 10; });
  for (int i = 0; i < 11; ++i) carrier_.accept_next();
  until([&] { return status_of(message) == "sent"; });
}

TEST_F(MessagingTest, TellsEachStateOnceAndInOrder) {
  send({{"status_callback", "https://app.example/status"}});
  until([&] { return carrier_.waiting.size() == 1; });
  carrier_.accept_next();
  until([&] { return sender_.sent.size() == 1; });
  receipt("id1", ReceiptState::delivered);
  receipt("id1", ReceiptState::delivered);
  until([&] { return sender_.sent.size() == 2; });
  EXPECT_EQ(field(sender_.sent[0], "MessageStatus"), "sent");
  EXPECT_EQ(field(sender_.sent[1], "MessageStatus"), "delivered");
  EXPECT_EQ(sender_.sent[0].url, "https://app.example/status");
}

TEST_F(MessagingTest, RetriesACallbackAfterOneFiveAndThirtyMinutes) {
  sender_.failure = "connection refused";
  send({{"status_callback", "https://app.example/status"}});
  until([&] { return carrier_.waiting.size() == 1; });
  carrier_.accept_next();
  until([&] { return sender_.sent.size() == 1 && webhooks_->under_way() == 0; });
  std::size_t expected = 1;
  for (const int minutes : {1, 5, 30}) {
    clock_.advance(std::chrono::minutes(minutes) - std::chrono::seconds(1));
    db_.run(webhooks_->load_due());
    until([&] { return webhooks_->under_way() == 0; });
    EXPECT_EQ(sender_.sent.size(), expected);
    clock_.advance(std::chrono::seconds(2));
    db_.run(webhooks_->load_due());
    ++expected;
    until([&] { return sender_.sent.size() == expected && webhooks_->under_way() == 0; });
  }
  clock_.advance(std::chrono::hours(24));
  db_.run(webhooks_->load_due());
  EXPECT_EQ(sender_.sent.size(), 4u);
}

TEST_F(MessagingTest, AnswersTheSameForTheSameIdempotencyKeyAlsoAfterARestart) {
  http::Headers headers;
  headers.add("Idempotency-Key", "order-1");
  const json::object body{{"from", from_}, {"to", "+12015550100"}, {"body", "once"}};
  const auto first = request("POST", "/v1/messages", body, {}, headers);
  end();
  start();
  const auto second = request("POST", "/v1/messages", body, {}, headers);
  EXPECT_EQ(first.body, second.body);
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(second.headers.value("Idempotent-Replayed"), "true");
  const auto other =
      request("POST", "/v1/messages", {{"from", from_}, {"to", "+12015550100"}, {"body", "other"}},
              {}, headers);
  EXPECT_EQ(other.status, 422);
  EXPECT_THAT(other.body, HasSubstr("idempotency_key_reused"));
  const auto list = json::parse(request("GET", "/v1/messages").body);
  EXPECT_EQ(list.at("data").as_array().size(), 1u);
}

TEST_F(MessagingTest, HidesEveryMessageFromOtherAccountsAndTheOtherMode) {
  const auto message = send();
  const auto path = "/v1/messages/" + std::string(message.at("sid").as_string());
  EXPECT_EQ(request("GET", path, {}, other_.test_key).status, 404);
  EXPECT_EQ(request("GET", path, {}, test_.live_key).status, 404);
  EXPECT_THAT(request("GET", "/v1/messages", {}, other_.test_key).body, HasSubstr(R"("data":[])"));
  EXPECT_EQ(request("POST", "/v1/messages",
                    {{"from", from_}, {"to", "+12015550100"}, {"body", "x"}}, other_.test_key)
                .status,
            422);
}

TEST_F(MessagingTest, RefusesWhatItCannotSendWithTheDocumentedCode) {
  const auto code = [&](json::object body, std::string key = {}) {
    return std::string(json::parse(request("POST", "/v1/messages", body, key).body)
                           .at("error")
                           .at("code")
                           .as_string());
  };
  EXPECT_EQ(code({{"to", "+12015550100"}, {"body", "x"}}), "missing_parameter");
  EXPECT_EQ(code({{"from", from_}, {"to", "12015550100"}, {"body", "x"}}), "invalid_phone_number");
  EXPECT_EQ(code({{"from", from_}, {"to", "+12015550100"}, {"body", ""}}), "missing_parameter");
  EXPECT_EQ(code({{"from", from_}, {"to", "+12015550100"}, {"body", std::string(1601, 'x')}}),
            "message_too_long");
  EXPECT_EQ(code({{"from", from_}, {"to", "+12015550100"}, {"body", "x"}, {"bodi", "y"}}),
            "unknown_parameter");
  EXPECT_EQ(code({{"from", "+12125550199"}, {"to", "+12015550100"}, {"body", "x"}}),
            "from_number_not_owned");
  EXPECT_EQ(code({{"from", from_}, {"to", "+12015550100"}, {"body", "x"}}, test_.live_key),
            "from_number_not_owned");
  EXPECT_EQ(
      code(
          {{"from", from_}, {"to", "+12015550100"}, {"body", "x"}, {"status_callback", "ftp://x"}}),
      "invalid_parameter");
}

TEST_F(MessagingTest, TakesASpaceForThePlusThatAFormDidNotEncode) {
  carrier_.set_up(false);
  EXPECT_EQ(send({{"to", " 12015550100"}}).at("to").as_string(), "+12015550100");
}

TEST_F(MessagingTest, PricesALiveMessageByItsParts) {
  const auto number = *PhoneNumber::parse("+12125551234");
  ASSERT_TRUE(db_->transact_now([&](storage::Transaction& tx) {
    return numbers::assign_carrier_number(tx, vault_, *test_.account.keys, test_.account.sid,
                                          number, "acme", "US", clock_.now());
  }));
  live_carrier_.traits().price_per_part = *Money::parse("0.0079");
  live_carrier_.answers_at_once = true;
  const auto response =
      request("POST", "/v1/messages",
              {{"from", number.e164()}, {"to", "+12015550100"}, {"body", std::string(200, 'x')}},
              test_.live_key);
  ASSERT_EQ(response.status, 201) << response.body;
  const auto path = "/v1/messages/" + std::string(json::parse(response.body).at("sid").as_string());
  until([&] {
    return json::parse(request("GET", path, {}, test_.live_key).body).at("status").as_string() ==
           "sent";
  });
  EXPECT_EQ(json::parse(request("GET", path, {}, test_.live_key).body).at("price").as_string(),
            "0.0158");
}

TEST_F(MessagingTest, CountsAMessageInDoubtAsSentWhereTheCarrierIsAskedAtMostOnce) {
  carrier_.traits().guarantee = DeliveryGuarantee::at_most_once;
  const auto message = send();
  until([&] { return carrier_.waiting.size() == 1; });
  carrier_.answer_next({SubmitResult::unknown, {}, 0});
  until([&] { return status_of(message) == "sent"; });
  const auto second = send();
  until([&] { return carrier_.waiting.size() == 1; });
  end();  // a restart learns no outcome
  start();
  messaging_->tick();
  until([&] { return status_of(second) == "sent"; });
  EXPECT_THAT(carrier_.submissions, SizeIs(2));
}

TEST_F(MessagingTest, HoldsAMessageInDoubtForItsReceiptUntilItsValidityEnds) {
  carrier_.traits().guarantee = DeliveryGuarantee::hold_for_receipt;
  const auto message = send();
  until([&] { return carrier_.waiting.size() == 1; });
  carrier_.answer_next({SubmitResult::unknown, {}, 0});
  until([&] { return status_of(message) == "sent"; });
  clock_.advance(std::chrono::hours(10) + std::chrono::seconds(1));
  until([&] {
    messaging_->tick();
    return status_of(message) == "undelivered";
  });
  EXPECT_THAT(carrier_.submissions, SizeIs(1));
}

TEST_F(MessagingTest, LetsOthersPassAMessageThatTheCarrierRefusesForNow) {
  const auto later = send();
  until([&] { return carrier_.waiting.size() == 1; });
  carrier_.answer_next({SubmitResult::temporary, {}, 0});
  const auto same_pair = send({{"body", "second"}});
  const auto other = send({{"to", recipient(1)}});
  until([&] { return carrier_.waiting.size() == 1; });
  EXPECT_EQ(carrier_.submissions[1].to.e164(), recipient(1));
  carrier_.accept_next();
  until([&] { return status_of(other) == "sent"; });
  carrier_.answers_at_once = true;
  clock_.advance(std::chrono::seconds(5));
  messaging_->tick();
  until([&] { return status_of(same_pair) == "sent"; });
  EXPECT_EQ(status_of(later), "sent");
  EXPECT_EQ(as_text(carrier_.submissions[2].part.user_data), "hello");
  EXPECT_EQ(as_text(carrier_.submissions[3].part.user_data), "second");
}

TEST_F(MessagingTest, HoldsALimitedAccountToItsSendersPace) {
  const auto numbers = db_->transact_now([&](storage::Transaction& tx) {
    return numbers::assign_sandbox_numbers(tx, vault_, *paced_.account.keys, paced_.account.sid,
                                           clock_.now());
  });
  carrier_.answers_at_once = true;
  for (int i = 0; i < 3; ++i) {
    const auto made =
        request("POST", "/v1/messages",
                {{"from", numbers->front().number.e164()}, {"to", recipient(i)}, {"body", "hello"}},
                paced_.test_key);
    EXPECT_EQ(made.status, 201) << made.body;
  }
  for (std::size_t sent = 1; sent <= 3; ++sent) {
    until([&] { return carrier_.submissions.size() == sent; });
    messaging_->tick();
    EXPECT_EQ(carrier_.submissions.size(), sent);
    clock_.advance(std::chrono::seconds(1));
    messaging_->tick();
  }
}

TEST_F(MessagingTest, PagesThroughAListWithoutGapOrRepeatWhileRowsArrive) {
  carrier_.set_up(false);
  for (int i = 0; i < 7; ++i) {
    clock_.advance(std::chrono::milliseconds(2));
    send({{"body", std::to_string(i)}});
  }
  std::string seen;
  std::string target = "/v1/messages?limit=3&from=" + http::percent_encode(from_);
  while (!target.empty()) {
    const auto page = json::parse(request("GET", target).body);
    for (const auto& message : page.at("data").as_array()) seen += message.at("body").as_string();
    target = page.at("next").is_null() ? "" : std::string(page.at("next").as_string());
    clock_.advance(std::chrono::milliseconds(2));
    send({{"body", "n"}});
  }
  EXPECT_EQ(seen, "6543210");
}

}  // namespace
}  // namespace cloudvno::messaging
