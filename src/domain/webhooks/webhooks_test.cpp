// Deliveries from the transaction that keeps them to the customer's answer: retries, restarts,
// effects.
#include "domain/webhooks/webhooks.hpp"

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <latch>

#include "domain/accounts/testing/test_account.hpp"
#include "domain/webhooks/testing/fake_sender.hpp"
#include "platform/net/event.hpp"
#include "platform/storage/testing/doubtful_database.hpp"

namespace cloudvno::webhooks {
namespace {

using namespace std::chrono_literals;
using ::testing::SizeIs;

// Answers once the test lets it.
class HeldSender final : public Sender {
 public:
  explicit HeldSender(net::Executor executor) : released(std::move(executor)) {}
  net::Task<std::expected<http::Response, std::string>> send(OutgoingCallback) override {
    ++asked;
    co_await released.wait();
    co_return http::Response{204, {}, {}};
  }
  int asked = 0;
  net::Event released;
};

// Stops the next thread that asks for the time, which is how a read of the store is held halfway:
// list_due_deliveries looks at the age of a cached account after it has its first row.
class HoldingClock final : public Clock {
 public:
  explicit HoldingClock(const Clock& clock) : clock_(clock) {}
  Time now() const override { return clock_.now(); }
  Micros elapsed() const override {
    if (armed_.exchange(false)) {
      held_.count_down();
      released_.wait();
    }
    return clock_.elapsed();
  }
  void hold_next() { armed_ = true; }
  bool holds() const { return held_.try_wait(); }
  void release() { released_.count_down(); }

 private:
  const Clock& clock_;
  mutable std::atomic<bool> armed_ = false;
  mutable std::latch held_{1};
  mutable std::latch released_{1};
};

class WebhooksTest : public ::testing::Test {
 protected:
  WebhooksTest() { start(sender_); }
  ~WebhooksTest() override { db_.run(webhooks_->stop()); }

  void start(Sender& sender) {
    if (webhooks_) db_.run(webhooks_->stop());
    node_ = std::make_unique<cluster::Node>(store_, clock_, "test", true);
    webhooks_ = std::make_unique<Webhooks>(store_, *node_, accounts_, sender, clock_, db_.home());
    ASSERT_TRUE(node_->join());
  }
  // Keeps it as a room does, without telling the front.
  Delivery kept_in_store(std::string resource = "SM1") {
    Delivery delivery;
    delivery.sid = DeliverySid::make(clock_.now());
    delivery.account = test_.account.sid;
    delivery.kind = "test";
    delivery.resource_sid = std::move(resource);
    delivery.request.url = "https://a.example/";
    delivery.next_attempt_at = clock_.now();
    delivery.created_at = clock_.now();
    std::vector<Delivery> kept;
    (void)store_.transact_now([&](storage::Transaction& tx) -> Result<> {
      kept.clear();
      webhooks_->outbox().keep(tx, *test_.account.keys, delivery, kept);
      return {};
    });
    return kept.at(0);
  }
  std::string row(const Delivery& delivery) {
    return db_
        ->read_now([&](storage::Transaction& tx) -> Result<std::string> {
          const auto rows =
              tx.query("SELECT status, attempts, failure FROM webhook_delivery WHERE sid = $1",
                       delivery.sid);
          if (!rows->next()) return fail(Errc::not_found);
          return fmt::format("{} {} {}", rows->text(0), rows->integer(1),
                             rows->is_null(2) ? "-" : rows->text(2));
        })
        .value_or("none");
  }
  void load_and_deliver() {
    db_.run(webhooks_->load_due());
    settle();
  }
  void settle() {
    until([&] { return webhooks_->under_way() == 0 && webhooks_->waiting() == 0; });
  }
  // Lets background work go on until the condition holds.
  void until(const std::function<bool()>& condition) {
    for (int i = 0; i < 5000 && !condition(); ++i) db_.run(net::sleep_for(1ms));
    EXPECT_TRUE(condition());
  }

  ManualClock clock_;
  vault::Vault vault_{vault::Key{7}};
  storage::testing::TestDatabase db_;
  storage::testing::DoubtfulDatabase store_{*db_};
  accounts::testing::TestAccount test_ =
      accounts::testing::TestAccount::open(db_, vault_, clock_.now());
  HoldingClock account_clock_{clock_};
  accounts::Accounts accounts_{*db_, vault_, account_clock_};
  testing::FakeSender sender_;
  std::unique_ptr<cluster::Node> node_;
  std::unique_ptr<Webhooks> webhooks_;
};

// Answers without waiting, and sees how deep in the stack it is asked to.
class ReadySender final : public Sender {
 public:
  net::Task<std::expected<http::Response, std::string>> send(OutgoingCallback) override {
    const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
    lowest = std::min(lowest, here);
    highest = std::max(highest, here);
    ++asked;
    co_return http::Response{204, {}, {}};
  }

  int asked = 0;
  std::uintptr_t lowest = std::numeric_limits<std::uintptr_t>::max();
  std::uintptr_t highest = 0;
};

TEST_F(WebhooksTest, StartOneAfterTheOtherAndNotWithinAnother) {
  ReadySender sender;
  start(sender);
  std::vector<Delivery> kept;
  for (int i = 0; i < 150; ++i) kept.push_back(kept_in_store(fmt::format("SM{}", i)));
  webhooks_->kept(std::move(kept));
  settle();
  EXPECT_EQ(sender.asked, 150);
  EXPECT_LT(sender.highest - sender.lowest, 64u * 1'024);
  start(sender_);
}

TEST_F(WebhooksTest, SendWhatWasKeptAndWriteDownThatItSucceeded) {
  const auto delivery = kept_in_store();
  webhooks_->kept({delivery});
  settle();
  EXPECT_THAT(sender_.sent, SizeIs(1));
  EXPECT_EQ(row(delivery), "succeeded 1 -");
}

TEST_F(WebhooksTest, SendAfterAStartWhatTheLastOneLeftPending) {
  const auto delivery = kept_in_store();
  start(sender_);
  load_and_deliver();
  EXPECT_THAT(sender_.sent, SizeIs(1));
  EXPECT_EQ(row(delivery), "succeeded 1 -");
}

TEST_F(WebhooksTest, SendWhatACommitKeptThatNobodyHeardOf) {
  load_and_deliver();
  store_.lose_next_answer();
  const auto delivery = kept_in_store();
  clock_.advance(10s);
  load_and_deliver();
  EXPECT_EQ(row(delivery), "succeeded 1 -");
}

TEST_F(WebhooksTest, TryAgainWhenItsTimeComesAndNotBefore) {
  const auto delivery = kept_in_store();
  sender_.failure = "connection refused";
  webhooks_->kept({delivery});
  settle();
  EXPECT_EQ(row(delivery), "pending 1 connection refused");
  std::size_t attempts = 1;
  for (const auto wait : retry_delays) {
    clock_.advance(wait - 1s);
    load_and_deliver();
    EXPECT_THAT(sender_.sent, SizeIs(attempts));
    clock_.advance(1s);
    load_and_deliver();
    EXPECT_THAT(sender_.sent, SizeIs(++attempts));
  }
  EXPECT_EQ(row(delivery), "failed 4 connection refused");
  clock_.advance(24h);
  load_and_deliver();
  EXPECT_THAT(sender_.sent, SizeIs(4));
}

TEST_F(WebhooksTest, SendNothingTwiceThatIsAlreadyOnItsWay) {
  HeldSender held(db_.home());
  start(held);
  const auto delivery = kept_in_store();
  webhooks_->kept({delivery});
  webhooks_->kept({delivery});
  until([&] { return held.asked == 1; });
  db_.run(webhooks_->load_due());
  EXPECT_EQ(webhooks_->waiting(), 0u);
  held.released.set();
  settle();
  EXPECT_EQ(held.asked, 1);
  EXPECT_EQ(row(delivery), "succeeded 1 -");
}

TEST_F(WebhooksTest, DoNotReviveByALoadWhatEndedWhileItRead) {
  HeldSender held(db_.home());
  start(held);
  const auto delivery = kept_in_store();
  webhooks_->kept({delivery});
  until([&] { return held.asked == 1; });
  account_clock_.hold_next();
  bool loaded = false;
  boost::asio::co_spawn(db_.home(), webhooks_->load_due(),
                        [&](std::exception_ptr) { loaded = true; });
  until([&] { return account_clock_.holds(); });  // the load has read the row, which says pending
  held.released.set();
  settle();
  EXPECT_EQ(row(delivery), "succeeded 1 -");
  account_clock_.release();
  until([&] { return loaded; });
  EXPECT_EQ(webhooks_->under_way(), 0);
  EXPECT_EQ(held.asked, 1);
}

TEST_F(WebhooksTest, RunTheEffectOfAnAnswerOnceAndInTheSameTransaction) {
  int bodies = 0;
  int afters = 0;
  webhooks_->on_success("test", [&](const Delivery&, const http::Response& response) {
    SuccessEffect effect;
    effect.body = [&, status = response.status](storage::Transaction&) -> Result<> {
      EXPECT_EQ(status, 204);
      ++bodies;
      return {};
    };
    effect.after = [&] { ++afters; };
    effect.note = "the answer was odd";
    return effect;
  });
  const auto delivery = kept_in_store();
  webhooks_->kept({delivery});
  settle();
  EXPECT_EQ(row(delivery), "succeeded 1 the answer was odd");
  // Another process had the answer first.
  webhooks_->kept({delivery});
  settle();
  EXPECT_THAT(sender_.sent, SizeIs(2));
  EXPECT_EQ(bodies, 1);
  EXPECT_EQ(afters, 1);
}

TEST_F(WebhooksTest, LeaveADeliveryPendingWhoseEffectFailed) {
  webhooks_->on_success("test", [](const Delivery&, const http::Response&) {
    SuccessEffect effect;
    effect.body = [](storage::Transaction&) -> Result<> { return fault("no"); };
    return effect;
  });
  const auto delivery = kept_in_store();
  webhooks_->kept({delivery});
  settle();
  EXPECT_EQ(row(delivery), "pending 0 -");
}

TEST_F(WebhooksTest, LeaveWhatRunsAtTheirEndPending) {
  HeldSender held(db_.home());
  start(held);
  const auto delivery = kept_in_store();
  webhooks_->kept({delivery});
  until([&] { return held.asked == 1; });
  start(sender_);
  EXPECT_EQ(row(delivery), "pending 0 -");
  load_and_deliver();
  EXPECT_EQ(row(delivery), "succeeded 1 -");
}

TEST_F(WebhooksTest, SayWhyACallbackCouldNotBeSigned) {
  const auto delivery = kept_in_store();
  const auto& account = test_.account;
  ASSERT_TRUE(db_->transact_now([&](storage::Transaction& tx) -> Result<> {
    tx.run("UPDATE account SET webhook_secret_sealed = $1 WHERE sid = $2",
           account.keys->seal({"account", "webhook_secret_sealed", account.sid.view()}, "whsec_"),
           account.sid);
    return {};
  }));
  webhooks_->kept({delivery});
  settle();
  EXPECT_THAT(sender_.sent, SizeIs(0));
  EXPECT_EQ(row(delivery),
            "pending 1 the callback could not be signed: the webhook secret is broken");
}

}  // namespace
}  // namespace cloudvno::webhooks
