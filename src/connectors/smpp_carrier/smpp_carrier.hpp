// A carrier that is reached by SMPP 3.4: one bind as transceiver, behind the carrier port.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "connectors/smpp_carrier/translate.hpp"
#include "domain/messaging/carrier.hpp"
#include "platform/net/resolver.hpp"
#include "platform/net/tls.hpp"
#include "protocol/smpp/client.hpp"

namespace cloudvno::smpp_carrier {

struct Options {
  std::string name;  // the operator's word; in the store and in the log
  std::string host;
  std::uint16_t port = 2775;
  std::shared_ptr<const net::TlsClient> tls;  // empty: plain TCP
  std::string system_id;
  std::string password;
  std::string system_type;
  std::size_t window = 10;  // submit_sm without an answer
  AddressKind source;
  AddressKind destination;
  messaging::CarrierTraits traits;
  smpp::SessionOptions session;                 // its window is replaced by the one above
  Micros least_wait = std::chrono::seconds(1);  // between tries to bind; doubles
  Micros most_wait = std::chrono::seconds(30);
};

// Lives on the control thread; its owner awaits stop() before it goes away. Message ids are kept
// letter for letter, as submit_sm_resp had them, and compared so with those of receipts.
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
  const std::string& problem() const { return client_.problem(); }

  // messaging::Carrier
  std::string_view name() const override { return options_.name; }
  bool is_up() const override { return client_.is_up(); }
  std::size_t window() const override;
  const messaging::CarrierTraits& traits() const override { return options_.traits; }
  void submit(messaging::Submission submission,
              std::function<void(messaging::SubmitOutcome)> done) override;

 private:
  smpp::ClientOptions client_options() const;
  smpp::ClientHandlers client_handlers();
  void on_request(smpp::Session& session, smpp::Pdu&& pdu);
  void on_incoming(Incoming incoming, std::function<void(smpp::CommandStatus)> respond);

  net::Executor control_;
  Options options_;
  messaging::CarrierListener& listener_;
  bool sending_ = false;
  smpp::Client client_;
};

}  // namespace cloudvno::smpp_carrier
