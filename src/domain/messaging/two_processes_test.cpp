// Bodies of two processes on one store that meet: what each does alone must come out of both.
#include <barrier>
#include <thread>

#include "domain/accounts/testing/test_account.hpp"
#include "domain/messaging/apply_receipt.hpp"
#include "domain/messaging/carrier_ref.hpp"
#include "domain/messaging/message_store.hpp"
#include "domain/messaging/queue_store.hpp"
#include "domain/messaging/receive_message.hpp"
#include "domain/numbers/assign_numbers.hpp"
#include "domain/webhooks/outbox.hpp"

namespace cloudvno::messaging {
namespace {

constexpr int rounds = 60;

class TwoProcesses : public ::testing::Test {
 protected:
  // Runs a body on each at the same time, again and again; answers what they answered.
  template <class Body>
  auto run_both(Body body) {
    using R = typename std::invoke_result_t<Body, storage::Transaction&, accounts::Accounts&, int,
                                            int>::value_type;
    std::vector<std::vector<R>> all(2);
    std::barrier meet(2);
    const auto work = [&](int process) {
      auto& database = process == 0 ? *db_ : *other_;
      accounts::Accounts accounts(database, vault_, clock_);
      for (int round = 0; round < rounds; ++round) {
        meet.arrive_and_wait();
        auto done = database.transact_now(
            [&](storage::Transaction& tx) { return body(tx, accounts, process, round); });
        EXPECT_TRUE(done) << done.error().detail;
        all[static_cast<std::size_t>(process)].push_back(done ? std::move(*done) : R());
      }
    };
    {
      const std::jthread theirs([&] { work(1); });
      work(0);
    }
    return all;
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
  std::unique_ptr<storage::Database> other_ = db_.open_another();
  accounts::testing::TestAccount account_ =
      accounts::testing::TestAccount::open(db_, vault_, clock_.now());
};

TEST_F(TwoProcesses, DeliverAMessageWhosePartsTheySettleAtOneTime) {
  const auto& keys = *account_.account.keys;
  std::vector<MessageSid> sids;
  const auto id = [](int round, int part) { return fmt::format("{}-{}", round, part); };
  ASSERT_TRUE(db_->transact_now([&](storage::Transaction& tx) -> Result<> {
    for (int round = 0; round < rounds; ++round) {
      Message message;
      message.sid = MessageSid::make(clock_.now());
      message.account = account_.account.sid;
      message.status = MessageStatus::sent;
      message.num_segments = 2;
      message.carrier = "acme";
      message.created_at = message.updated_at = clock_.now();
      insert_message(tx, keys, message);
      for (int part = 1; part <= 2; ++part) {
        insert_part(tx, message, part, carrier_ref(vault_, "acme", id(round, part)));
      }
      sids.push_back(message.sid);
    }
    return {};
  }));
  run_both([&](storage::Transaction& tx, accounts::Accounts& accounts, int process, int round) {
    return apply_receipt(tx, vault_, accounts, outbox_, "acme",
                         {id(round, process + 1), ReceiptState::delivered, 0}, clock_.now());
  });
  for (const auto& sid : sids) {
    const auto found = db_->read_now([&](storage::Transaction& tx) {
      return find_message(tx, keys, account_.account.sid, sid);
    });
    ASSERT_TRUE(found);
    EXPECT_EQ(status_name(found->status), "delivered");
    EXPECT_EQ(found->sequence, 1);
  }
}

TEST_F(TwoProcesses, JoinAMessageWhosePartsTheyReceiveAtOneTime) {
  const auto numbers = db_->transact_now([&](storage::Transaction& tx) {
    return numbers::assign_sandbox_numbers(tx, vault_, *account_.account.keys, account_.account.sid,
                                           clock_.now());
  });
  ASSERT_TRUE(numbers);
  const InboundPart part{*PhoneNumber::parse("+12015550100"), numbers->front().number, "half",
                         std::nullopt};
  run_both([&](storage::Transaction& tx, accounts::Accounts& accounts, int process, int round) {
    auto mine = part;
    mine.concatenation = sms::Concatenation{static_cast<std::uint16_t>(round), 2,
                                            static_cast<std::uint8_t>(process + 1), false};
    return receive_message(tx, vault_, accounts, outbound_, outbox_, "sandbox", mine, clock_.now());
  });
  const auto count = [&](std::string_view table) {
    return *db_->read_now([&](storage::Transaction& tx) -> Result<std::int64_t> {
      const auto rows = tx.query_text(fmt::format("SELECT count(*) FROM {}", table), {});
      return rows->next() ? rows->integer(0) : -1;
    });
  };
  EXPECT_EQ(count("message"), rounds);
  EXPECT_EQ(count("inbound_part WHERE part > 0"), 0);
}

}  // namespace
}  // namespace cloudvno::messaging
