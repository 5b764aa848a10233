// Making what a message says unreadable, wherever it is kept. In bodies.
#pragma once

#include "domain/messaging/message.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::messaging {

// The message's row, and the answer that made it, if that is kept for an Idempotency-Key, come to
// show the text, the media and the recipient as the value shows them.
Result<> forget_in_record(storage::Transaction& tx, const vault::Keys& keys,
                          const Message& message);

// The text and the media are gone: from the record, from the message's events and callbacks, and
// from what was logged of them. Errc::legal_hold.
Result<> redact_message(storage::Transaction& tx, const vault::Keys& keys, Message& message,
                        Time now);

// All of it is gone. Errc::legal_hold.
Result<> delete_whole_message(storage::Transaction& tx, const vault::Keys& keys,
                              const Message& message);

}  // namespace cloudvno::messaging
