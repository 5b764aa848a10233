// Taking a scheduled message back.
#include "domain/messaging/cancel_message.hpp"

#include "domain/messaging/message_store.hpp"
#include "domain/messaging/queue_store.hpp"
#include "domain/messaging/tell_state.hpp"

namespace cloudvno::messaging {

Result<Message> cancel_message(storage::Transaction& tx, const vault::Keys& keys,
                               const AccountSid& account, bool live, const MessageSid& sid,
                               const webhooks::Outbox& outbox, Time now,
                               std::vector<webhooks::Delivery>& told) {
  TRY_ASSIGN(auto message, find_message(tx, keys, account, sid, storage::RowLock::wait));
  if (message.live != live) return fail(Errc::not_found);
  if (!move_message(tx, message, MessageStatus::canceled, std::nullopt, now)) {
    return fail(Errc::wrong_state, "Only a scheduled message can be canceled.", "status");
  }
  dequeue(tx, sid);
  tell_state(tx, outbox, keys, message, now, told);
  return message;
}

}  // namespace cloudvno::messaging
