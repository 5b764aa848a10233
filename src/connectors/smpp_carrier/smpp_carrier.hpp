// A carrier that is reached by SMPP 3.4: one or more binds, behind the carrier port.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "connectors/smpp_carrier/incoming.hpp"
#include "connectors/smpp_carrier/message_id.hpp"
#include "connectors/smpp_carrier/options.hpp"
#include "domain/messaging/carrier.hpp"
#include "platform/net/resolver.hpp"
#include "protocol/smpp/client.hpp"
#include "protocol/smpp/pace.hpp"

namespace cloudvno::smpp_carrier {

// Lives on the control thread; its owner awaits stop() before it goes away.
//
// A submission goes out on the bind with most room. A bind that is lost answers its own submissions
// only, and the others carry on; so the window is the sum of those of the binds that are up. With a
// limit of messages per second it is what is out and the tokens that are left, at least one: a
// submission without a token waits here, with its outcome.
//
// A deliver_sm is answered only when the listener has said what became of it. Not answered, because
// the link or the program ended before, it comes again from the SMSC.
class SmppCarrier final : public messaging::Carrier {
 public:
  // `clock`, `resolver` and `listener` outlive the carrier.
  SmppCarrier(net::Executor control, const Clock& clock, net::Resolver& resolver, Options options,
              messaging::CarrierListener& listener);

  void start();  // once
  // Waits for the answers to what is out, then unbinds; at most session.close_timeout.
  net::Task<> stop();

  // Why there is no link, for the operator; empty while all is well.
  std::string problem() const;

  // messaging::Carrier
  std::string_view name() const override { return options_.name; }
  // With several binds some may be down.
  bool is_up() const override;
  std::size_t window() const override;
  const messaging::CarrierTraits& traits() const override { return options_.traits; }
  void submit(messaging::Submission submission,
              std::function<void(messaging::SubmitOutcome)> done) override;

 private:
  using Done = std::function<void(messaging::SubmitOutcome)>;
  struct Link {
    std::unique_ptr<smpp::Client> client;
    bool sends = true;  // transceiver or transmitter
  };
  struct Held {
    messaging::Submission submission;
    Done done;
  };

  smpp::ClientOptions client_options(smpp::BindMode mode, std::size_t number) const;
  smpp::ClientHandlers client_handlers(bool sends);
  std::size_t free_slots() const;
  smpp::Session* roomiest() const;  // null where none has room
  Done told_later(Done done) const;
  void send(messaging::Submission submission, Done done);
  void send_held();
  void wait_for_token();
  void on_request(smpp::Session& session, smpp::Pdu&& pdu);
  void on_incoming(Incoming incoming, std::function<void(smpp::CommandStatus)> respond);
  void offer_receipt(std::shared_ptr<ReceiptIn> told, std::vector<IdCandidate> candidates,
                     std::size_t next, std::function<void(smpp::CommandStatus)> respond);

  net::Executor control_;
  const Clock& clock_;
  Options options_;
  messaging::CarrierListener& listener_;
  std::vector<Link> links_;
  IdMatcher ids_;
  mutable smpp::Pace pace_;
  std::deque<Held> held_;  // for a token, in order; at most the window
  std::size_t out_ = 0;    // submit_sm without an answer
  bool token_asked_ = false;
  boost::asio::steady_timer token_timer_;
};

}  // namespace cloudvno::smpp_carrier
