// The fake carrier keeps to the contract of the port, so that tests with it mean something.
#include "domain/messaging/testing/carrier_contract.hpp"

#include "domain/messaging/testing/fake_carrier.hpp"

namespace cloudvno::messaging::testing {
namespace {

class FakeWorld final : public CarrierWorld {
 public:
  FakeWorld() {
    carrier_.set_up(false);
    carrier_.traits().price_per_part = price;
  }
  Carrier& carrier() override { return carrier_; }
  void link_up() override {
    carrier_.set_up(true);
    listener_.on_window_open(carrier_);
  }
  void link_down() override {
    carrier_.set_up(false);
    while (!carrier_.waiting.empty()) carrier_.answer_next({SubmitResult::unknown, {}, 0});
  }
  std::size_t at_peer() override { return carrier_.waiting.size(); }
  void answer(PeerAnswer answer) override {
    switch (answer) {
      case PeerAnswer::accept:
        return carrier_.accept_next();
      case PeerAnswer::no_such_recipient:
        return carrier_.answer_next({SubmitResult::refused, {}, error_unknown_destination});
      case PeerAnswer::refuse:
        return carrier_.answer_next({SubmitResult::refused, {}, error_carrier_refused});
      case PeerAnswer::too_fast:
        return carrier_.answer_next({SubmitResult::throttled, {}, 0});
    }
  }
  void send_receipt(const Receipt& receipt) override {
    told_.reset();
    listener_.on_receipt(carrier_, receipt, [this](Intake intake) {
      told_ = intake == Intake::try_later ? PeerTold::again : PeerTold::taken;
    });
  }
  void send_inbound(const InboundPart& part) override {
    told_.reset();
    listener_.on_inbound(carrier_, part, [this](Intake intake) {
      told_ = intake == Intake::kept       ? PeerTold::taken
              : intake == Intake::not_ours ? PeerTold::refused
                                           : PeerTold::again;
    });
  }
  std::optional<PeerTold> told() override { return told_; }
  bool run_until(const std::function<bool()>& condition) override { return condition(); }

 private:
  FakeCarrier carrier_{"fake", window};
  std::optional<PeerTold> told_;
};

std::unique_ptr<CarrierWorld> make_fake_world() {
  return std::make_unique<FakeWorld>();
}

INSTANTIATE_TEST_SUITE_P(Fake, CarrierContract, ::testing::Values(&make_fake_world));

}  // namespace
}  // namespace cloudvno::messaging::testing
