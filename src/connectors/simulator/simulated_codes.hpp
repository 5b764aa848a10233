// The simulated network as a carrier of verification codes: WhatsApp and RCS arrive on the handset,
// mails in a mailbox.
#pragma once

#include "connectors/simulator/mailbox.hpp"
#include "connectors/simulator/network.hpp"
#include "domain/api/api.hpp"
#include "domain/verify/code_carrier.hpp"

namespace cloudvno::simulator {

// Lives on the control thread.
class SimulatedCodes final : public verify::CodeCarrier {
 public:
  SimulatedCodes(Network& network, const Clock& clock) : network_(network), clock_(clock) {}

  // From the account's number to the handset, unless the handset refuses, is off or never answers.
  net::Task<verify::Brought> bring(verify::OutgoingCode code) override;
  // GET /v1/sandbox/emails, for test keys.
  void mount(api::Api& api);

 private:
  Network& network_;
  const Clock& clock_;
  Mailbox mailbox_;
};

}  // namespace cloudvno::simulator
