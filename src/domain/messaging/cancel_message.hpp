// Taking a scheduled message back. Runs in a body.
#pragma once

#include "domain/messaging/message.hpp"
#include "domain/webhooks/outbox.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::messaging {

// The message as it is then. Against the moment at which it comes due exactly one wins: the other
// finds the state changed. Errc::not_found; wrong_state where it is not scheduled any more.
Result<Message> cancel_message(storage::Transaction& tx, const vault::Keys& keys,
                               const AccountSid& account, bool live, const MessageSid& sid,
                               const webhooks::Outbox& outbox, Time now,
                               std::vector<webhooks::Delivery>& told);

}  // namespace cloudvno::messaging
