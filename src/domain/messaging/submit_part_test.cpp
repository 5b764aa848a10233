// Messages of customers' own links: joined from their parts, with receipts for each that asked.
#include "domain/messaging/submit_part.hpp"

#include "domain/accounts/testing/test_account.hpp"
#include "domain/messaging/message_store.hpp"
#include "domain/messaging/tell_state.hpp"
#include "domain/numbers/assign_numbers.hpp"
#include "domain/smpp_access/return_store.hpp"
#include "protocol/sms/data_coding.hpp"

namespace cloudvno::messaging {
namespace {

using Ids = std::vector<std::string>;

const auto ada = *PhoneNumber::parse("+12015550177");

class SubmitPart : public ::testing::Test {
 protected:
  template <class Body, class R = std::invoke_result_t<Body&, storage::Transaction&>::value_type>
  R write(Body body) {
    auto done = db_->transact_now(body);
    EXPECT_TRUE(done) << (done ? "" : done.error().detail + done.error().text);
    return std::move(*done);
  }
  SubmittedPart part(std::string_view text, int number = 0, int total = 0) const {
    SubmittedPart part;
    part.credential = credential_;
    part.account = account_.account.sid;
    part.from = numbers_.front().number;
    part.to = ada;
    part.octets = to_bytes(text);
    part.receipt = ReceiptWish::final;
    if (total > 0) {
      part.concatenation = {7, static_cast<std::uint8_t>(total), static_cast<std::uint8_t>(number),
                            false};
    }
    return part;
  }
  Result<PartTaken> try_to_submit(const SubmittedPart& part) {
    return db_->transact_now([&](storage::Transaction& tx) {
      return submit_part(tx, vault_, account_.account, outbound_, part, clock_.now());
    });
  }
  PartTaken submit(const SubmittedPart& part) {
    auto taken = try_to_submit(part);
    EXPECT_TRUE(taken) << (taken ? "" : taken.error().text);
    return taken ? std::move(*taken) : PartTaken();
  }
  void end(Message message, MessageStatus status) {
    write([&](storage::Transaction& tx) -> Result<bool> {
      std::vector<webhooks::Delivery> told;
      EXPECT_TRUE(move_message(tx, message, status, std::nullopt, clock_.now()));
      tell_state(tx, outbox_, *account_.account.keys, message, clock_.now(), told);
      return true;
    });
  }
  std::vector<smpp_access::Return> returns() {
    return write([&](storage::Transaction& tx) -> Result<std::vector<smpp_access::Return>> {
      return smpp_access::claim_returns(tx, *account_.account.keys, credential_, "me", clock_.now(),
                                        100);
    });
  }
  OverdueSubmit end_overdue() {
    return write([&](storage::Transaction& tx) {
      return end_overdue_submit(tx, vault_, accounts_, outbound_, clock_.now());
    });
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
  const SmppCredentialSid credential_ = SmppCredentialSid::make(clock_.now());
  storage::testing::TestDatabase db_;
  accounts::testing::TestAccount account_ =
      accounts::testing::TestAccount::open(db_, vault_, clock_.now());
  accounts::Accounts accounts_{*db_, vault_, clock_};
  std::vector<numbers::Number> numbers_ = write([&](storage::Transaction& tx) {
    return numbers::assign_sandbox_numbers(tx, vault_, *account_.account.keys, account_.account.sid,
                                           clock_.now());
  });
};

TEST_F(SubmitPart, AMessageInOneIsKnownByItsSidAndHasItsReceiptWhenItEnds) {
  const auto taken = submit(part("Hello"));
  ASSERT_TRUE(taken.accepted);
  EXPECT_EQ(taken.message_id, taken.accepted->message.sid.str());
  EXPECT_EQ(taken.accepted->message.body, "Hello");
  EXPECT_TRUE(returns().empty());
  end(taken.accepted->message, MessageStatus::delivered);
  const auto told = returns();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].outcome->ids, Ids{taken.message_id});
  EXPECT_EQ(told[0].outcome->status, "delivered");
  EXPECT_EQ(told[0].from, ada);
}

TEST_F(SubmitPart, AStateCountsFromTheOneThatStandsInTheStore) {
  const auto read = submit(part("Hello")).accepted->message;
  auto first = read;
  auto second = read;
  write([&](storage::Transaction& tx) -> Result<bool> {
    EXPECT_TRUE(move_message(tx, first, MessageStatus::sent, std::nullopt, clock_.now()));
    EXPECT_EQ(first.sequence, read.sequence + 1);
    EXPECT_TRUE(move_message(tx, second, MessageStatus::delivered, std::nullopt, clock_.now()));
    EXPECT_EQ(second.sequence, read.sequence + 2) << "it was read before the first";
    EXPECT_FALSE(move_message(tx, first, MessageStatus::sent, std::nullopt, clock_.now()));
    return true;
  });
}

TEST_F(SubmitPart, AReceiptComesOnlyToWhoAskedForIt) {
  auto silent = part("Hello");
  silent.receipt = ReceiptWish::none;
  end(submit(silent).accepted->message, MessageStatus::delivered);
  auto failures = part("Hello");
  failures.receipt = ReceiptWish::failure;
  end(submit(failures).accepted->message, MessageStatus::delivered);
  EXPECT_TRUE(returns().empty());
  end(submit(failures).accepted->message, MessageStatus::failed);
  EXPECT_EQ(returns().size(), 1U);
}

TEST_F(SubmitPart, PartsInAnyOrderAndAgainAreOneMessage) {
  const auto third = submit(part("c", 3, 3));
  EXPECT_FALSE(third.accepted);
  EXPECT_EQ(submit(part("c", 3, 3)).message_id, third.message_id) << "its answer was lost";
  auto first = part("a", 1, 3);
  first.receipt = ReceiptWish::none;
  EXPECT_FALSE(submit(first).accepted);
  const auto last = submit(part("b", 2, 3));
  ASSERT_TRUE(last.accepted);
  const auto& message = last.accepted->message;
  EXPECT_EQ(message.body, "abc");
  EXPECT_EQ(last.message_id, message.sid.str() + "-2");
  EXPECT_EQ(third.message_id, message.sid.str() + "-3");
  end(message, MessageStatus::delivered);
  const auto told = returns();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].outcome->ids, (Ids{last.message_id, third.message_id}));
  EXPECT_FALSE(end_overdue().any);
}

TEST_F(SubmitPart, ACharacterCutInTwoIsWholeAgain) {
  auto first = part(std::string_view("\xD8\x3D", 2), 1, 2);
  auto second = part(std::string_view("\xDE\x00", 2), 2, 2);
  first.data_coding = second.data_coding = sms::coding_ucs2;
  submit(first);
  EXPECT_EQ(submit(second).accepted->message.body, "😀");
}

TEST_F(SubmitPart, WhatIsThereGoesWhenPartsDoNotCome) {
  submit(part("a", 1, 3));
  submit(part("c", 3, 3));
  clock_.advance(submitted_parts_join_within - std::chrono::seconds(1));
  EXPECT_FALSE(end_overdue().any);
  clock_.advance(std::chrono::seconds(1));
  const auto ended = end_overdue();
  ASSERT_TRUE(ended.accepted);
  EXPECT_EQ(ended.accepted->message.body, "a…c");
  EXPECT_FALSE(end_overdue().any);
}

TEST_F(SubmitPart, AReferenceUsedAnewBeginsAnewText) {
  submit(part("old", 1, 2));
  const auto taken = submit(part("new", 1, 2));
  ASSERT_TRUE(taken.accepted);
  EXPECT_EQ(taken.accepted->message.body, "old…");
  EXPECT_EQ(submit(part("er", 2, 2)).accepted->message.body, "newer");
}

TEST_F(SubmitPart, APartThatCannotGoIsRefusedAtOnce) {
  auto stranger = part("a", 1, 2);
  stranger.from = ada;
  stranger.to = numbers_.front().number;
  EXPECT_EQ(try_to_submit(stranger).error().code, Errc::from_number_not_owned);
  auto binary = part("a", 1, 2);
  binary.data_coding = 4;
  EXPECT_EQ(try_to_submit(binary).error().code, Errc::invalid_parameter);
  clock_.advance(submitted_parts_join_within);
  EXPECT_FALSE(end_overdue().any);
}

TEST_F(SubmitPart, PartsThatWereTakenAreToldWhenTheWholeIsRefused) {
  const auto first = submit(part(std::string(1'000, 'a'), 1, 2));
  const auto second = submit(part(std::string(1'000, 'b'), 2, 2));
  ASSERT_TRUE(second.refused);
  EXPECT_EQ(second.refused->code, Errc::message_too_long);
  const auto told = returns();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].outcome->ids, Ids{first.message_id});
  EXPECT_EQ(told[0].outcome->status, "failed");
}

}  // namespace
}  // namespace cloudvno::messaging
