// Deliveries on the disk: sealed, due in order, and changed by one attempt only.
#include "domain/webhooks/delivery_store.hpp"

#include "domain/accounts/testing/test_account.hpp"

namespace cloudvno::webhooks {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class DeliveryStore : public ::testing::Test {
 protected:
  Delivery made(std::chrono::minutes due_in = 0min, int attempts = 0) {
    Delivery delivery;
    delivery.sid = DeliverySid::make(clock_.now());
    delivery.account = test_.account.sid;
    delivery.live = true;
    delivery.kind = "message.status";
    delivery.resource_sid = "SM1";
    delivery.sequence = 3;
    delivery.endpoint = to_bytes("e");
    delivery.request = {
        "https://a.example/?k=1", "https://b.example/", "GET", {{"To", "+1202"}}, "{}"};
    delivery.attempts = delivery.attempts_in_all = attempts;
    delivery.next_attempt_at = clock_.now() + due_in;
    delivery.created_at = clock_.now();
    write([&](storage::Transaction& tx) {
      insert_delivery(tx, *test_.account.keys, delivery, "me");
    });
    return delivery;
  }
  void write(const std::function<void(storage::Transaction&)>& body) {
    ASSERT_TRUE(db_->transact_now([&](storage::Transaction& tx) -> Result<> {
      body(tx);
      return {};
    }));
  }
  bool update(const Delivery& delivery) {
    return db_
        ->transact_now([&](storage::Transaction& tx) -> Result<bool> {
          return update_delivery(tx, delivery, "me", clock_.now()) == Update::done;
        })
        .value();
  }
  std::vector<Delivery> due(std::chrono::minutes in = 0min, std::int64_t most = 10) {
    return db_
        ->read_now([&](storage::Transaction& tx) -> Result<std::vector<Delivery>> {
          return list_due_deliveries(tx, accounts_, "me", as_bytes("e"), clock_.now() + in, most);
        })
        .value();
  }
  std::vector<DeliverySid> sids_due(std::chrono::minutes in = 0min, std::int64_t most = 10) {
    std::vector<DeliverySid> sids;
    for (const auto& delivery : due(in, most)) sids.push_back(delivery.sid);
    return sids;
  }

  ManualClock clock_;
  vault::Vault vault_{vault::Key{7}};
  storage::testing::TestDatabase db_;
  accounts::testing::TestAccount test_ =
      accounts::testing::TestAccount::open(db_, vault_, clock_.now());
  accounts::Accounts accounts_{*db_, vault_, clock_};
};

TEST_F(DeliveryStore, GivesBackWhatItWasGiven) {
  const auto delivery = made();
  const auto found = due();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].sid, delivery.sid);
  EXPECT_EQ(found[0].account, delivery.account);
  EXPECT_TRUE(found[0].live);
  EXPECT_EQ(found[0].kind, "message.status");
  EXPECT_EQ(found[0].resource_sid, "SM1");
  EXPECT_EQ(found[0].sequence, 3);
  EXPECT_EQ(found[0].request.url, "https://a.example/?k=1");
  EXPECT_EQ(found[0].request.fallback_url, "https://b.example/");
  EXPECT_EQ(found[0].request.method, "GET");
  EXPECT_EQ(found[0].request.fields, delivery.request.fields);
  EXPECT_EQ(found[0].next_attempt_at, delivery.next_attempt_at);
}

TEST_F(DeliveryStore, ListsWhatIsDueTheOldestFirst) {
  const auto later = made(5min, 1);
  const auto sooner = made(1min, 1);
  const auto now = made();
  EXPECT_THAT(sids_due(), ElementsAre(now.sid));
  EXPECT_THAT(sids_due(5min), ElementsAre(now.sid, sooner.sid, later.sid));
  EXPECT_THAT(sids_due(5min, 2), ElementsAre(now.sid, sooner.sid));
}

TEST_F(DeliveryStore, PassesOverWhatIsPastItsTimeHoweverMuchOfItThereIs) {
  for (int i = 0; i < 3; ++i) made();
  clock_.advance(std::chrono::days(90) + 1s);
  const auto young = made();
  EXPECT_THAT(sids_due(0min, 2), ElementsAre(young.sid));
}

TEST_F(DeliveryStore, SaysThatItsContentIsGoneMeanwhile) {
  auto delivery = made();
  write([&](storage::Transaction& tx) { forget_request(tx, *test_.account.keys, delivery); });
  delivery.status = DeliveryStatus::succeeded;
  delivery.attempts = delivery.attempts_in_all = 1;
  write([&](storage::Transaction& tx) {
    EXPECT_EQ(update_delivery(tx, delivery, "me", clock_.now()), Update::forgotten);
    EXPECT_EQ(update_delivery(tx, delivery, "me", clock_.now()), Update::refused);
  });
}

TEST_F(DeliveryStore, SaysWhichEndpointsHaveWorkAndWhen) {
  const auto later = made(5min);
  const auto now = clock_.now();
  const auto found = db_->read_now([&](storage::Transaction& tx) -> Result<bool> {
    const auto first = next_due_endpoint(tx, "me", {});
    if (!first) return false;
    EXPECT_EQ(as_text(first->endpoint), "e");
    EXPECT_EQ(first->first, later.next_attempt_at);
    EXPECT_FALSE(next_due_endpoint(tx, "me", first->endpoint));
    EXPECT_FALSE(next_due_endpoint(tx, "other", {}));
    EXPECT_EQ(next_due_time(tx, "me", first->endpoint, now), later.next_attempt_at);
    EXPECT_FALSE(next_due_time(tx, "me", first->endpoint, now + 5min));
    return true;
  });
  EXPECT_TRUE(*found);
}

TEST_F(DeliveryStore, GoesWithItsOwner) {
  const auto delivery = made();
  write([&](storage::Transaction& tx) { EXPECT_EQ(move_deliveries(tx, "me", "other"), 1); });
  EXPECT_THAT(due(), IsEmpty());
  auto succeeded = delivery;
  succeed(succeeded, 204);
  EXPECT_FALSE(update(succeeded)) << "another node has it now";
  write([&](storage::Transaction& tx) { move_deliveries(tx, "other", "me"); });
  EXPECT_THAT(sids_due(), ElementsAre(delivery.sid));
}

TEST_F(DeliveryStore, KeepsEveryAttemptWithTheBytesThatWereSigned) {
  const auto delivery = made();
  webhooks::Attempt attempt;
  attempt.number = 1;
  attempt.begun_at = clock_.now();
  attempt.duration = 12ms;
  attempt.response_status = 500;
  attempt.failure = "HTTP status 500";
  attempt.url = "https://a.example/";
  attempt.method = "POST";
  attempt.headers.add("webhook-signature", "v1,abc");
  attempt.body = "{\"a\":\"é\"}";
  attempt.answer = "sorry";
  write([&](storage::Transaction& tx) {
    insert_attempt(tx, delivery, attempt,
                   seal_exchange(*test_.account.keys, delivery.sid, attempt));
  });
  const auto log = db_->read_now([&](storage::Transaction& tx) {
    return list_attempts(tx, *test_.account.keys, delivery.sid);
  });
  ASSERT_THAT(*log, SizeIs(1));
  EXPECT_EQ(log->front().body, attempt.body);
  EXPECT_EQ(log->front().headers.value("webhook-signature"), "v1,abc");
  EXPECT_EQ(log->front().answer, "sorry");
  EXPECT_EQ(log->front().duration, 12ms);
  EXPECT_EQ(log->front().failure, "HTTP status 500");
}

TEST_F(DeliveryStore, TakesTheOutcomeOfAnAttemptOnce) {
  const auto pending = made();
  auto succeeded = pending;
  succeed(succeeded, 204);
  EXPECT_TRUE(update(succeeded));
  EXPECT_FALSE(update(succeeded));
  // A second attempt of the same number, by a process that had not heard of the first.
  auto failed = pending;
  fail_attempt(failed, 500, "HTTP status 500", clock_.now());
  EXPECT_FALSE(update(failed));
  EXPECT_THAT(due(40min), IsEmpty());
}

TEST_F(DeliveryStore, ChangesNothingThatHasEnded) {
  auto delivery = made();
  for (int i = 0; i < 4; ++i) {
    fail_attempt(delivery, 500, "HTTP status 500", clock_.now());
    EXPECT_TRUE(update(delivery));
  }
  EXPECT_EQ(delivery.status, DeliveryStatus::failed);
  succeed(delivery, 200);
  EXPECT_FALSE(update(delivery));
  EXPECT_THAT(due(40min), IsEmpty());
}

TEST_F(DeliveryStore, KeepsTheRequestSealed) {
  made();
  const auto row = db_->read_now([&](storage::Transaction& tx) -> Result<std::string> {
    const auto rows = tx.query("SELECT request_sealed FROM webhook_delivery");
    rows->next();
    return std::string(as_text(rows->bytes(0)));
  });
  EXPECT_THAT(*row, ::testing::Not(::testing::HasSubstr("example")));
}

TEST_F(DeliveryStore, LeavesOutWhatCannotBeOpened) {
  const auto broken = made();
  const auto whole = made();
  write([&](storage::Transaction& tx) {
    tx.run("UPDATE webhook_delivery SET request_sealed = $1 WHERE sid = $2", Bytes(40, 1),
           broken.sid);
  });
  EXPECT_THAT(sids_due(), ElementsAre(whole.sid));
}

}  // namespace
}  // namespace cloudvno::webhooks
