// Taking back a message that is scheduled. In a body.
#pragma once

#include <vector>

#include "domain/messaging/message.hpp"
#include "domain/webhooks/outbox.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::messaging {

// Against the moment at which the message comes due, one wins: each moves the row only out of
// `scheduled` (move_message). Errc::wrong_state where it is in another state.
Result<> cancel_message(storage::Transaction& tx, const webhooks::Outbox& outbox,
                        const vault::Keys& keys, Message& message, Time now,
                        std::vector<webhooks::Delivery>& told);

}  // namespace cloudvno::messaging
