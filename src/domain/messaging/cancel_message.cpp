// Taking back a message that is scheduled.
#include "domain/messaging/cancel_message.hpp"

#include "domain/messaging/follow_move.hpp"
#include "domain/messaging/forget_message.hpp"
#include "domain/messaging/message_store.hpp"
#include "domain/messaging/queue_store.hpp"

namespace cloudvno::messaging {

Result<> cancel_message(storage::Transaction& tx, const webhooks::Outbox& outbox,
                        const vault::Keys& keys, Message& message, Time now,
                        std::vector<webhooks::Delivery>& told) {
  if (!move_message(tx, message, MessageStatus::canceled, std::nullopt, now)) {
    return fail(Errc::wrong_state, "Only a scheduled message can be canceled.", "status");
  }
  dequeue(tx, message.sid);
  TRY(follow_move(tx, outbox, keys, message, now, told));
  message = without_what_goes(message);
  return {};
}

}  // namespace cloudvno::messaging
