// What follows from a message's new state.
#include "domain/messaging/follow_move.hpp"

#include "domain/messaging/forget_message.hpp"
#include "domain/messaging/media_store.hpp"
#include "domain/messaging/queue_store.hpp"
#include "domain/messaging/tell_state.hpp"
#include "domain/privacy/legal_hold.hpp"

namespace cloudvno::messaging {

Result<> follow_move(storage::Transaction& tx, const webhooks::Outbox& outbox,
                     const vault::Keys& keys, const Message& message, Time now,
                     std::vector<webhooks::Delivery>& told) {
  tell_state(tx, outbox, keys, message, now, told);
  if (!is_final(message.status)) return {};
  const bool goes = message.discard_content || message.obfuscate_addresses;
  if (!goes && !message.is_mms()) return {};
  // A part's receipt may end it while other parts are out: they never go again without their text.
  if (goes) dequeue(tx, message.sid);
  // A hold is stronger than the wish to keep nothing; what is told goes without it all the same.
  if (privacy::is_held(tx, message.account.view(), message.sid.view())) return {};
  if (message.is_mms()) drop_media_urls(tx, message.sid);
  return goes ? forget_in_record(tx, keys, without_what_goes(message)) : Result<>();
}

}  // namespace cloudvno::messaging
