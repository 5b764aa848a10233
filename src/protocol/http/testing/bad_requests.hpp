// Requests that no server of ours may accept, with the status each has to be refused with.
#pragma once

#include <string>
#include <vector>

namespace cloudvno::http::testing {

struct BadRequest {
  std::string what;
  int status;
  std::string bytes;
};

// Those of the limits are for the default ParserLimits.
const std::vector<BadRequest>& bad_requests();

}  // namespace cloudvno::http::testing
