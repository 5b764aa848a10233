// The routes of /v1/messages.
#pragma once

#include <functional>

#include "domain/api/api.hpp"
#include "domain/messaging/accept_message.hpp"
#include "domain/messaging/message.hpp"
#include "domain/webhooks/webhooks.hpp"

namespace cloudvno::messaging {

// `accepted` is called on the control thread for each message that is on the disk and waits to be
// sent.
void mount_messages(api::Api& api, const vault::Vault& vault, const Outbound& outbound,
                    webhooks::Webhooks& webhooks, const Clock& clock,
                    std::function<void(Accepted)> accepted);

}  // namespace cloudvno::messaging
