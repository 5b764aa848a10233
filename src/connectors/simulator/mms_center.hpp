// The simulated network's MMS centre: MMS go to it and come from it within the program, since SMPP
// has none (3GPP has MM7 for that, and carriers HTTP interfaces of their own).
#pragma once

#include <functional>

#include "base/clock.hpp"
#include "connectors/simulator/network.hpp"
#include "domain/messaging/carrier.hpp"
#include "platform/net/runtime.hpp"

namespace cloudvno::simulator {

// The network as the engine's one carrier: hands texts on to the link that speaks SMPP, and takes
// MMS itself, in the same window. Faults, behaviors and receipts are those of texts. A drop of the
// link befalls an MMS as an answer that is lost. Lives on the control thread.
class MmsCenter final : public messaging::Carrier {
 public:
  // All outlive it. `moved`: called when the network has something to do that it had not before.
  MmsCenter(net::Executor control, const Clock& clock, Network& network, messaging::Carrier& sms,
            messaging::CarrierListener& listener, std::function<void()> moved);

  // After the network moved on: brings out what is due.
  void pump();
  net::Task<> stop();

  // messaging::Carrier
  std::string_view name() const override { return sms_.name(); }
  bool is_up() const override { return sms_.is_up(); }
  std::size_t window() const override { return sms_.window(); }
  const messaging::CarrierTraits& traits() const override { return traits_; }
  void submit(messaging::Submission submission,
              std::function<void(messaging::SubmitOutcome)> done) override;

 private:
  net::Task<> carry(messaging::Submission submission,
                    std::function<void(messaging::SubmitOutcome)> done);
  net::Task<messaging::SubmitOutcome> exchange(messaging::Submission submission);
  void deliver(Delivery delivery);

  net::Executor control_;
  const Clock& clock_;
  Network& network_;
  messaging::Carrier& sms_;
  messaging::CarrierListener& listener_;
  const std::function<void()> moved_;
  messaging::CarrierTraits traits_;
  bool pumping_ = false;
  bool stopping_ = false;
  net::TaskGroup tasks_;
};

}  // namespace cloudvno::simulator
