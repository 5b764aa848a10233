// Taking a message from the account.
#include "domain/messaging/accept_message.hpp"

#include "domain/messaging/message_store.hpp"
#include "domain/messaging/queue_store.hpp"
#include "domain/numbers/number_store.hpp"

namespace cloudvno::messaging {

Result<Message> accept_message(storage::Transaction& tx, const vault::Vault& vault,
                               const vault::Keys& keys, const Outbound& outbound,
                               const Draft& draft, Time now) {
  TRY_ASSIGN(const auto segments, sms::count_segments(draft.body));
  if (draft.from == draft.to) {
    return fail(Errc::invalid_parameter, "`to` and `from` are the same number.", "to");
  }
  const auto sender = numbers::find_number(tx, vault, keys, draft.account, draft.from);
  if (!sender || sender->live != draft.live) {
    if (!sender && sender.error().code != Errc::not_found) return fail(sender.error());
    return fail(Errc::from_number_not_owned, {}, "from");
  }
  if (!sender->sms) return fail(Errc::number_not_sms_capable, {}, "from");
  if (!outbound.carriers.contains(sender->carrier)) return fail(Errc::no_carrier);

  Message message;
  message.sid = MessageSid::make(now);
  message.account = draft.account;
  message.live = draft.live;
  message.direction = draft.direction;
  message.from = draft.from;
  message.to = draft.to;
  message.body = draft.body;
  message.status_callback = draft.status_callback;
  message.encoding = segments.encoding;
  message.num_segments = segments.segments;
  message.carrier = sender->carrier;
  message.created_at = now;
  message.updated_at = now;
  insert_message(tx, keys, message);
  enqueue(tx, message, now + default_validity, outbound.owner);
  return message;
}

}  // namespace cloudvno::messaging
