// Opting out as the message engine does it: the block stands and falls with the message that asked
// for it, and its answer is the only one that goes past it.
#include <atomic>
#include <barrier>
#include <random>
#include <thread>

#include "domain/accounts/testing/test_account.hpp"
#include "domain/messaging/accept_message.hpp"
#include "domain/messaging/receive_message.hpp"
#include "domain/numbers/assign_numbers.hpp"
#include "domain/numbers/number_store.hpp"
#include "domain/senders/sender_pool_store.hpp"

namespace cloudvno::messaging {
namespace {

using ::testing::Contains;
using ::testing::Not;
using ::testing::Pair;

const auto ada = *PhoneNumber::parse("+12015550100");

class OptOut : public ::testing::Test {
 protected:
  template <class Body, class R = std::invoke_result_t<Body&, storage::Transaction&>::value_type>
  R write(Body body) {
    auto done = db_->transact_now(body);
    EXPECT_TRUE(done) << (done ? "" : done.error().detail);
    return *done;
  }
  Result<InboundEffect> receive(storage::Transaction& tx, accounts::Accounts& accounts,
                                std::string text, const PhoneNumber& from, std::size_t to = 0) {
    return receive_message(tx, vault_, accounts, outbound_, outbox_, "sandbox",
                           {from, numbers_[to].number, std::move(text), std::nullopt},
                           clock_.now());
  }
  InboundEffect receive(std::string text, const PhoneNumber& from = ada, std::size_t to = 0) {
    return write([&](storage::Transaction& tx) {
      return receive(tx, accounts_, std::move(text), from, to);
    });
  }
  Draft draft(std::size_t from = 0, const PhoneNumber& to = ada) {
    Draft draft;
    draft.account = account_.account.sid;
    draft.from = numbers_[from].number;
    draft.to = to;
    draft.body = "News";
    return draft;
  }
  Result<Accepted> send(storage::Transaction& tx, const Draft& draft) {
    return accept_message(tx, vault_, *account_.account.keys, outbound_, draft, clock_.now());
  }
  Result<Accepted> send(const Draft& draft) {
    return db_->transact_now([&](storage::Transaction& tx) { return send(tx, draft); });
  }
  SenderPoolSid make_pool(std::initializer_list<std::size_t> members) {
    senders::SenderPool pool;
    pool.sid = SenderPoolSid::make(clock_.now());
    pool.account = account_.account.sid;
    write([&](storage::Transaction& tx) -> Result<bool> {
      senders::insert_pool(tx, *account_.account.keys, pool);
      for (const auto member : members) senders::insert_member(tx, pool, numbers_[member].sid);
      return true;
    });
    return pool.sid;
  }

  const webhooks::Outbox outbox_{"test"};
  const routing::Router router_ = [] {
    routing::Router router;
    routing::Route route;
    route.carrier = sandbox_carrier;
    router.add(std::move(route));
    return router;
  }();
  const Outbound outbound_{router_, "test"};
  vault::Vault vault_{vault::Key{7}};
  ManualClock clock_;
  storage::testing::TestDatabase db_;
  accounts::testing::TestAccount account_ =
      accounts::testing::TestAccount::open(db_, vault_, clock_.now());
  accounts::Accounts accounts_{*db_, vault_, clock_};
  std::vector<numbers::Number> numbers_ = write([&](storage::Transaction& tx) {
    return numbers::assign_sandbox_numbers(tx, vault_, *account_.account.keys, account_.account.sid,
                                           clock_.now());
  });
};

TEST_F(OptOut, BlocksFromTheTransactionThatKeepsTheStop) {
  ASSERT_TRUE(send(draft()));
  write([&](storage::Transaction& tx) -> Result<bool> {
    const auto effect = receive(tx, accounts_, "STOP", ada);
    EXPECT_TRUE(effect);
    EXPECT_EQ(send(tx, draft()).error().code, Errc::unsubscribed);
    return true;
  });
  EXPECT_EQ(send(draft()).error().code, Errc::unsubscribed);
  EXPECT_EQ(send(draft()).error().param, "to");
  EXPECT_TRUE(send(draft(1))) << "another sender";
  auto reply = draft();
  reply.direction = Direction::outbound_reply;
  EXPECT_EQ(send(reply).error().code, Errc::unsubscribed) << "an application's answer";
  receive("START");
  EXPECT_TRUE(send(draft()));
}

TEST_F(OptOut, IsNotThereWhereTheStopWasNotKept) {
  EXPECT_FALSE(db_->transact_now([&](storage::Transaction& tx) -> Result<bool> {
    EXPECT_TRUE(receive(tx, accounts_, "STOP", ada));
    return fail(Errc::service_unavailable);
  }));
  EXPECT_TRUE(send(draft()));
}

TEST_F(OptOut, IsAnsweredPastTheBlockByTheNumberThatWasWrittenTo) {
  const auto effect = receive("stop");
  ASSERT_TRUE(effect.reply);
  EXPECT_EQ(effect.reply->message.from, numbers_[0].number);
  EXPECT_EQ(effect.reply->message.to, ada);
  EXPECT_EQ(direction_name(effect.reply->message.direction), "outbound-reply");
  EXPECT_EQ(effect.reply->message.status, MessageStatus::queued);
  EXPECT_FALSE(receive("stop").reply);
  EXPECT_TRUE(receive("help").reply);
  EXPECT_FALSE(receive("Please stop").reply);
}

TEST_F(OptOut, IsTakenAlsoWhereTheNumberCannotAnswer) {
  const Outbound nowhere{{}, "test"};
  const auto effect = write([&](storage::Transaction& tx) {
    return receive_message(tx, vault_, accounts_, nowhere, outbox_, "sandbox",
                           {ada, numbers_[0].number, "STOP", std::nullopt}, clock_.now());
  });
  EXPECT_TRUE(effect.ours);
  EXPECT_FALSE(effect.reply);
  EXPECT_EQ(send(draft()).error().code, Errc::unsubscribed);
}

TEST_F(OptOut, IsToldToTheApplication) {
  numbers_[0].settings.sms_url = "https://app.example/sms";
  write([&](storage::Transaction& tx) -> Result<bool> {
    return numbers::update_settings(tx, *account_.account.keys, numbers_[0]);
  });
  const auto fields = [&](std::string text) {
    const auto told = receive(std::move(text)).told;
    EXPECT_FALSE(told.empty());
    return told.empty() ? http::Fields() : told.back().request.fields;
  };
  EXPECT_THAT(fields("yes"), Not(Contains(Pair("OptOutType", ::testing::_))));
  EXPECT_THAT(fields("stop"), Contains(Pair("OptOutType", "STOP")));
  EXPECT_THAT(fields("help"), Contains(Pair("OptOutType", "HELP")));
  EXPECT_THAT(fields("yes"), Contains(Pair("OptOutType", "START")));
}

TEST_F(OptOut, OfOneMemberBlocksThePoolAndThoseThatJoinIt) {
  auto from_pool = draft();
  from_pool.from = PhoneNumber();
  from_pool.pool = make_pool({0, 1});
  const auto sent = send(from_pool);
  ASSERT_TRUE(sent);
  EXPECT_FALSE(sent->message.from.e164().empty());
  receive("STOP", ada, 1);
  EXPECT_EQ(send(from_pool).error().code, Errc::unsubscribed);
  EXPECT_EQ(send(draft(0)).error().code, Errc::unsubscribed);
  auto larger = from_pool;
  larger.pool = make_pool({2, 1});
  EXPECT_EQ(send(larger).error().code, Errc::unsubscribed);
  EXPECT_TRUE(send(draft(2))) << "by itself it is nobody that the recipient left";
  receive("START", ada, 0);
  EXPECT_TRUE(send(from_pool));
}

// Each process takes a random keyword or sends, all at one time: each opt-out is answered at most
// once, and nothing is sent to who has opted out for good.
TEST_F(OptOut, IsAnsweredAtMostOnceUnderAnyOrderOfTwoProcesses) {
  const auto other = db_.open_another();
  constexpr int rounds = 30;
  constexpr const char* texts[] = {"STOP", "stop.", "START", "yes", "End", "hello"};
  std::atomic<int> stops_answered = 0;
  std::atomic<int> starts_answered = 0;
  std::barrier meet(2);
  const auto work = [&](int process) {
    auto& database = process == 0 ? *db_ : *other;
    accounts::Accounts accounts(database, vault_, clock_);
    std::mt19937 random(static_cast<std::uint32_t>(process));
    for (int round = 0; round < rounds; ++round) {
      meet.arrive_and_wait();
      for (int i = 0; i < 4; ++i) {
        const std::string text = texts[random() % std::size(texts)];
        const auto effect = database.transact_now(
            [&](storage::Transaction& tx) { return receive(tx, accounts, text, ada); });
        EXPECT_TRUE(effect) << effect.error().detail;
        if (!effect || !effect->reply) continue;
        const bool is_stop = text != "START" && text != "yes";
        ++(is_stop ? stops_answered : starts_answered);
      }
    }
  };
  {
    const std::jthread theirs([&] { work(1); });
    work(0);
  }
  // A block begins, is answered, ends, is answered, begins …: the answers alternate, so their
  // numbers differ by one at most.
  const bool blocked = !send(draft());
  EXPECT_EQ(stops_answered - starts_answered, blocked ? 1 : 0);
  EXPECT_GT(stops_answered, 3);
}

}  // namespace
}  // namespace cloudvno::messaging
