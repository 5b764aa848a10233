// The routes of /v1/sender_pools.
#pragma once

#include "base/clock.hpp"
#include "domain/api/api.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::senders {

void mount_sender_pools(api::Api& api, const vault::Vault& vault, const Clock& clock);

}  // namespace cloudvno::senders
