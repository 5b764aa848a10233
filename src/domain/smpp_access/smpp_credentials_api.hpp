// The routes of /v1/smpp_credentials.
#pragma once

#include "base/clock.hpp"
#include "domain/api/api.hpp"

namespace cloudvno::smpp_access {

void mount_smpp_credentials(api::Api& api, const Clock& clock);

}  // namespace cloudvno::smpp_access
