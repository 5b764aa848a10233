// Telling a customer of a message's state: an event, and the status callback that the message asked
// for (product.md section 7, TwiML reference "status callback").
#pragma once

#include <vector>

#include "domain/messaging/message.hpp"
#include "domain/webhooks/outbox.hpp"

namespace cloudvno::messaging {

inline constexpr std::string_view api_version =
    "2010-04-01";  // what TwiML applications expect to read

// In the transaction of the state change. What is to be sent after the commit is added to `kept`.
void tell_state(storage::Transaction& tx, const webhooks::Outbox& outbox, const vault::Keys& keys,
                const Message& message, Time now, std::vector<webhooks::Delivery>& kept);

}  // namespace cloudvno::messaging
