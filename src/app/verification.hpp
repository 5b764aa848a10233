// Verification on this instance: the room, and what brings its codes by e-mail and WhatsApp.
#pragma once

#include <memory>

#include "app/outgoing_http.hpp"
#include "app/settings.hpp"
#include "domain/verify/email_carrier.hpp"
#include "domain/verify/verify.hpp"

namespace cloudvno::app {

// Lives on the control thread.
class Verification {
 public:
  Verification(const Settings& settings, const verify::Parts& parts, OutgoingHttp& outgoing,
               cluster::Node& node, net::Executor control);

  // The simulated network, for test keys.
  void add_simulated(verify::CodeCarrier& codes);
  void mount(api::Api& api) { verify_.mount(api); }
  void tick() { verify_.tick(); }
  net::Task<> stop();

 private:
  std::unique_ptr<email::Relay> relay_;
  std::unique_ptr<verify::EmailCarrier> email_;
  std::unique_ptr<whatsapp::CloudApi> whatsapp_;
  verify::Verify verify_;
};

}  // namespace cloudvno::app
