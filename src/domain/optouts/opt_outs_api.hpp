// The routes of /v1/opt_outs and /v1/opt_out_settings.
#pragma once

#include "base/clock.hpp"
#include "domain/api/api.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::optouts {

void mount_opt_outs(api::Api& api, const vault::Vault& vault, const Clock& clock);
void mount_opt_out_settings(api::Api& api, const Clock& clock);

}  // namespace cloudvno::optouts
