// What follows from a message's new state, in the transaction of the move.
#pragma once

#include <vector>

#include "domain/messaging/message.hpp"
#include "domain/webhooks/outbox.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::messaging {

// Its event and callback; and where the state is final, what the message asked not to keep is gone
// (content_retention, address_retention), and so are the URLs of media that nobody fetches any
// more. After each move_message() that moved.
Result<> follow_move(storage::Transaction& tx, const webhooks::Outbox& outbox,
                     const vault::Keys& keys, const Message& message, Time now,
                     std::vector<webhooks::Delivery>& told);

}  // namespace cloudvno::messaging
