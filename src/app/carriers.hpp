// The carriers of this instance: the simulated network and those of the configuration.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/settings.hpp"
#include "base/clock.hpp"
#include "domain/api/api.hpp"
#include "domain/messaging/messaging.hpp"
#include "domain/verify/code_carrier.hpp"
#include "platform/net/resolver.hpp"

namespace cloudvno::app {

// Lives on the control thread; its carriers are added to the engine when it is made.
class Carriers {
 public:
  static Result<std::unique_ptr<Carriers>> make(const Settings& settings,
                                                messaging::Messaging& messaging,
                                                net::Resolver& resolver, const Clock& clock,
                                                net::Executor control);
  ~Carriers();

  // What the simulated network brings codes with; null where it does not run.
  verify::CodeCarrier* simulated_codes();
  void mount(api::Api& api);  // the simulated network's routes
  void start();               // on the control thread
  void release_watchers();    // ends the simulated network's requests that wait, before the drain
  net::Task<> stop();
  // Empty, or which carrier has no link: such a platform accepts messages but cannot send them all.
  std::string not_ready_because() const;

 private:
  struct Impl;
  explicit Carriers(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace cloudvno::app
