// The routes of /v1/sandbox/network: what goes wrong on the simulated network for one account.
#pragma once

#include <vector>

#include "connectors/simulator/simulator_api.hpp"

namespace cloudvno::simulator {

// The caller's numbers on the simulated network, which learns of them. Errc::not_found for a live
// key: it has none, and shall see nothing of the sandbox.
net::Task<Result<std::vector<HeldLine>>> find_lines(api::Request& request, const HandsetDesk& desk);

void mount_network(api::Api& api, const HandsetDesk& desk);

}  // namespace cloudvno::simulator
