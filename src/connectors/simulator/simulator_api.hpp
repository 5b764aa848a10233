// The routes of /v1/sandbox: what a developer sees and does on simulated handsets, and what goes
// wrong between them and the account.
#pragma once

#include "connectors/simulator/network.hpp"
#include "connectors/simulator/watchers.hpp"
#include "domain/api/api.hpp"

namespace cloudvno::simulator {

// What the routes work on; outlives the API.
struct HandsetDesk {
  Network& network;
  Watchers& watchers;
  const Clock& clock;
  std::function<void()> written;  // the network was given a text
  bool link_faults = false;       // whether accounts may disturb the link that they share
};

void mount_handsets(api::Api& api, HandsetDesk desk);

}  // namespace cloudvno::simulator
