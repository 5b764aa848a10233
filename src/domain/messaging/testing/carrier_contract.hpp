// What every implementation of the port `Carrier` keeps to, as tests: run on the room's fake and on
// each real connector.
//
//   INSTANTIATE_TEST_SUITE_P(Smpp, CarrierContract, ::testing::Values(&make_smpp_world));
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/messaging/carrier.hpp"
#include "domain/messaging/delivery_errors.hpp"
#include "domain/messaging/testing/recording_listener.hpp"

namespace cloudvno::messaging::testing {

enum class PeerAnswer { accept, no_such_recipient, refuse, too_fast };
// What the peer learns of what it sent: to send it no more, to give it up, or to send it again.
enum class PeerTold { taken, refused, again };

// A carrier of one kind, and the company at its other end as the test plays it.
class CarrierWorld {
 public:
  static constexpr std::size_t window = 3;
  static constexpr Money price{7'900};

  virtual ~CarrierWorld() = default;
  virtual Carrier& carrier() = 0;
  RecordingListener& listener() { return listener_; }

  // Both return when the carrier has noticed.
  virtual void link_up() = 0;
  virtual void link_down() = 0;
  // Submissions that the peer has and has not answered.
  virtual std::size_t at_peer() = 0;
  // Answers the oldest of them. Accepted ones get "id1", "id2" and so on.
  virtual void answer(PeerAnswer answer) = 0;
  // The peer sends.
  virtual void send_receipt(const Receipt& receipt) = 0;
  virtual void send_inbound(const InboundPart& part) = 0;
  // Nothing while what the peer sent last is not answered.
  virtual std::optional<PeerTold> told() = 0;
  // Lets things happen until the condition holds, for a bounded time; whether it does.
  virtual bool run_until(const std::function<bool()>& condition) = 0;

 protected:
  RecordingListener listener_;
};

using MakeCarrierWorld = std::unique_ptr<CarrierWorld> (*)();

class CarrierContract : public ::testing::TestWithParam<MakeCarrierWorld> {
 protected:
  static PhoneNumber number(std::string_view text) { return *PhoneNumber::parse(text); }
  static InboundPart inbound_part(std::string_view text) {
    return {number("+12015550100"), number("+14155550142"), std::string(text), std::nullopt};
  }
  void submit() {
    Submission submission;
    submission.from = number("+14155550142");
    submission.to = number("+12015550100");
    submission.part.user_data = to_bytes("hello");
    submission.validity = std::chrono::hours(1);
    submitting_ = true;
    carrier().submit(std::move(submission), [this](SubmitOutcome outcome) {
      EXPECT_FALSE(submitting_) << "told within the call";
      outcomes_.push_back(std::move(outcome));
    });
    submitting_ = false;
  }
  SubmitOutcome submit_answered(PeerAnswer answer) {
    submit();
    EXPECT_TRUE(until([&] { return world_->at_peer() == 1; }));
    world_->answer(answer);
    EXPECT_TRUE(until([&] { return outcomes_.size() == 1; }));
    return outcomes_.empty() ? SubmitOutcome() : outcomes_[0];
  }
  bool until(const std::function<bool()>& condition) { return world_->run_until(condition); }
  bool until_told() {
    return until([&] { return world_->told().has_value(); });
  }
  Carrier& carrier() { return world_->carrier(); }
  RecordingListener& listener() { return world_->listener(); }

  std::vector<SubmitOutcome> outcomes_;
  bool submitting_ = false;
  // Told of what is still out when it goes, so it goes first.
  std::unique_ptr<CarrierWorld> world_ = GetParam()();
};

TEST_P(CarrierContract, HasAWindowOnlyWhileItHasALink) {
  EXPECT_FALSE(carrier().name().empty());
  EXPECT_EQ(carrier().traits().price_per_part, CarrierWorld::price);
  EXPECT_EQ(carrier().window(), 0u);
  world_->link_up();
  EXPECT_EQ(listener().window_opened, 1);
  EXPECT_EQ(listener().window_then, CarrierWorld::window);
  world_->link_down();
  EXPECT_EQ(carrier().window(), 0u);
  world_->link_up();
  EXPECT_EQ(listener().window_opened, 2);
  EXPECT_EQ(carrier().window(), CarrierWorld::window);
}

TEST_P(CarrierContract, AcceptsWithTheIdThatThePeerGave) {
  world_->link_up();
  for (std::size_t i = 0; i < CarrierWorld::window; ++i) submit();
  ASSERT_TRUE(until([&] { return world_->at_peer() == CarrierWorld::window; }));
  EXPECT_TRUE(outcomes_.empty());
  for (std::size_t i = 0; i < CarrierWorld::window; ++i) world_->answer(PeerAnswer::accept);
  ASSERT_TRUE(until([&] { return outcomes_.size() == CarrierWorld::window; }));
  for (std::size_t i = 0; i < CarrierWorld::window; ++i) {
    EXPECT_EQ(outcomes_[i].result, SubmitResult::accepted);
    EXPECT_EQ(outcomes_[i].carrier_id, "id" + std::to_string(i + 1));
  }
}

TEST_P(CarrierContract, RefusesARecipientThatDoesNotExist) {
  world_->link_up();
  const auto outcome = submit_answered(PeerAnswer::no_such_recipient);
  EXPECT_EQ(outcome.result, SubmitResult::refused);
  EXPECT_EQ(outcome.error_code, error_unknown_destination);
}

TEST_P(CarrierContract, RefusesForGoodWhatThePeerRefusesForGood) {
  world_->link_up();
  const auto outcome = submit_answered(PeerAnswer::refuse);
  EXPECT_EQ(outcome.result, SubmitResult::refused);
  EXPECT_EQ(outcome.error_code, error_carrier_refused);
}

TEST_P(CarrierContract, IsThrottledWhenThePeerSaysTooFast) {
  world_->link_up();
  const auto outcome = submit_answered(PeerAnswer::too_fast);
  EXPECT_EQ(outcome.result, SubmitResult::throttled);
  EXPECT_EQ(outcome.error_code, 0);
}

TEST_P(CarrierContract, DoesNotKnowWhatBecameOfAPartWhenTheLinkIsLost) {
  world_->link_up();
  submit();
  ASSERT_TRUE(until([&] { return world_->at_peer() == 1; }));
  world_->link_down();
  ASSERT_TRUE(until([&] { return outcomes_.size() == 1; }));
  EXPECT_EQ(outcomes_[0].result, SubmitResult::unknown);
}

TEST_P(CarrierContract, HandsReceiptsOnAndTellsThePeerWhenTheyAreKept) {
  world_->link_up();
  listener().intake.reset();
  world_->send_receipt({"id7", ReceiptState::undelivered, error_unreachable});
  ASSERT_TRUE(until([&] { return listener().receipts.size() == 1; }));
  EXPECT_EQ(listener().receipts[0].carrier_id, "id7");
  EXPECT_EQ(listener().receipts[0].state, ReceiptState::undelivered);
  EXPECT_EQ(listener().receipts[0].error_code, error_unreachable);
  EXPECT_FALSE(world_->told());
  listener().waiting[0](Intake::kept);
  ASSERT_TRUE(until_told());
  EXPECT_EQ(world_->told(), PeerTold::taken);
}

TEST_P(CarrierContract, TellsThePeerNotToRepeatAReceiptThatIsNotOurs) {
  world_->link_up();
  listener().intake = Intake::not_ours;
  world_->send_receipt({"id7", ReceiptState::delivered, 0});
  ASSERT_TRUE(until_told());
  EXPECT_EQ(world_->told(), PeerTold::taken);
}

TEST_P(CarrierContract, AsksForAReceiptAgainThatCouldNotBeKept) {
  world_->link_up();
  listener().intake = Intake::try_later;
  world_->send_receipt({"id7", ReceiptState::delivered, 0});
  ASSERT_TRUE(until_told());
  EXPECT_EQ(world_->told(), PeerTold::again);
}

TEST_P(CarrierContract, HandsInboundPartsOnWithTheirPlaceInTheText) {
  world_->link_up();
  auto part = inbound_part("Grüße €");
  part.concatenation = sms::Concatenation{7, 3, 2, false};
  world_->send_inbound(part);
  ASSERT_TRUE(until_told());
  EXPECT_EQ(world_->told(), PeerTold::taken);
  ASSERT_EQ(listener().inbound.size(), 1u);
  EXPECT_EQ(listener().inbound[0].from, part.from);
  EXPECT_EQ(listener().inbound[0].to, part.to);
  EXPECT_EQ(listener().inbound[0].text, part.text);
  EXPECT_EQ(listener().inbound[0].concatenation, part.concatenation);
}

TEST_P(CarrierContract, TellsThePeerThatAnInboundNumberIsNotOurs) {
  world_->link_up();
  listener().intake = Intake::not_ours;
  world_->send_inbound(inbound_part("hello"));
  ASSERT_TRUE(until_told());
  EXPECT_EQ(world_->told(), PeerTold::refused);
}

TEST_P(CarrierContract, AsksForAnInboundPartAgainThatCouldNotBeKept) {
  world_->link_up();
  listener().intake = Intake::try_later;
  world_->send_inbound(inbound_part("hello"));
  ASSERT_TRUE(until_told());
  EXPECT_EQ(world_->told(), PeerTold::again);
}

TEST_P(CarrierContract, BearsAnAnswerOfTheListenerAfterTheLinkIsLost) {
  world_->link_up();
  listener().intake.reset();
  world_->send_inbound(inbound_part("hello"));
  ASSERT_TRUE(until([&] { return listener().waiting.size() == 1; }));
  world_->link_down();
  listener().waiting[0](Intake::kept);
  world_->link_up();
  submit();
  EXPECT_TRUE(until([&] { return world_->at_peer() == 1; }));
}

}  // namespace cloudvno::messaging::testing
