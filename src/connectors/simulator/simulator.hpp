// The front of the simulated phone network: builds its parts, mounts its routes.
#pragma once

#include <string>

#include "connectors/simulator/mms_center.hpp"
#include "connectors/simulator/network.hpp"
#include "connectors/simulator/simulated_codes.hpp"
#include "connectors/simulator/smsc.hpp"
#include "connectors/simulator/watchers.hpp"
#include "domain/api/api.hpp"

namespace cloudvno::simulator {

// Options with a system_id and a password that nobody else knows.
SmscOptions make_smsc_options(std::uint16_t port);

struct SimulatorOptions {
  SmscOptions smsc;
  bool link_faults = false;  // whether accounts may disturb the link that they share
};

// Lives on the control thread; its owner awaits stop() before it goes away. All it holds is in
// memory and ends with the process, receipts under way too.
class Simulator {
 public:
  // `clock` outlives it.
  Simulator(net::Executor control, const Clock& clock, SimulatorOptions options);

  // The network as one carrier: MMS beside the texts that `sms`, a link to the SMSC, takes. Once;
  // both outlive it.
  messaging::Carrier& with_mms(messaging::Carrier& sms, messaging::CarrierListener& listener);
  // The network as a carrier of codes by WhatsApp, RCS and e-mail.
  verify::CodeCarrier& codes() { return codes_; }
  void mount(api::Api& api);
  Result<> start();  // once; fails where the port cannot be had
  // Ends the requests that wait, so that the server drains at once. Before stop().
  void release_watchers() { watchers_.close(); }
  net::Task<> stop();

  std::uint16_t local_port() const { return smsc_.local_port(); }

 private:
  net::Executor control_;
  const Clock& clock_;
  const bool link_faults_;
  Network network_;
  SimulatedCodes codes_;
  Watchers watchers_;
  Smsc smsc_;
  std::unique_ptr<MmsCenter> mms_;
};

}  // namespace cloudvno::simulator
