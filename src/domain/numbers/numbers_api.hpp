// The routes of /v1/available_phone_numbers and /v1/incoming_phone_numbers.
#pragma once

#include "domain/api/api.hpp"
#include "domain/webhooks/webhooks.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::numbers {

void mount_numbers(api::Api& api, const vault::Vault& vault, webhooks::Webhooks& webhooks,
                   const Clock& clock);
void mount_available_numbers(api::Api& api, const vault::Vault& vault);

}  // namespace cloudvno::numbers
