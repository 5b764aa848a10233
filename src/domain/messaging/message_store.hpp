// SQL of the table message.
#pragma once

#include <optional>
#include <vector>

#include "base/result.hpp"
#include "domain/api/page.hpp"
#include "domain/messaging/message.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::messaging {

// Blind indexes of an account's messages by number.
Bytes from_index(const vault::Keys& keys, const PhoneNumber& number);
Bytes to_index(const vault::Keys& keys, const PhoneNumber& number);

void insert_message(storage::Transaction& tx, const vault::Keys& keys, const Message& message);

// Errc::not_found. A SID of another account is not found.
Result<Message> find_message(storage::Transaction& tx, const vault::Keys& keys,
                             const AccountSid& account, const MessageSid& sid,
                             storage::RowLock lock = storage::RowLock::none);

// Moves a message on, in the store and in the value: status, error, price, times and sequence.
// False, and nothing is changed, where the store's state may not go to `to` any more.
bool move_message(storage::Transaction& tx, Message& message, MessageStatus to,
                  std::optional<int> error_code, Time now);
// Writes what may still be changed of a scheduled message: its text, its time, its validity, and
// who has a receipt.
void update_scheduled(storage::Transaction& tx, const vault::Keys& keys, const Message& message);
// Writes the text, the number of media, and the recipient's number, as they are shown; where there
// are no media to show, those kept are gone.
void forget_in_message(storage::Transaction& tx, const vault::Keys& keys, const Message& message);
// With its media, and its parts: a receipt finds nothing then.
void delete_message(storage::Transaction& tx, const MessageSid& sid);
void mark_possible_duplicate(storage::Transaction& tx, const MessageSid& sid);

Result<std::vector<Message>> list_messages(storage::Transaction& tx, const vault::Keys& keys,
                                           const api::Conditions& conditions,
                                           const api::PageQuery& page);

}  // namespace cloudvno::messaging
