// Taking a message from the account.
#include "domain/messaging/accept_message.hpp"

#include "domain/messaging/find_sender.hpp"
#include "domain/messaging/message_store.hpp"

namespace cloudvno::messaging {

Result<Accepted> accept_message(storage::Transaction& tx, const vault::Vault& vault,
                                const vault::Keys& keys, const Outbound& outbound,
                                const Draft& draft, Time now) {
  TRY_ASSIGN(const auto segments, sms::count_segments(draft.body));
  if (draft.from == draft.to) {
    return fail(Errc::invalid_parameter, "`to` and `from` are the same number.", "to");
  }
  TRY_ASSIGN(const auto sender, find_sender(tx, vault, keys, draft, now));
  const routing::Asked asked{sender.carrier, sender.type, draft.to.e164(), 0};
  if (!outbound.router.knows(asked)) return fail(Errc::no_carrier);

  Accepted accepted;
  auto& message = accepted.message;
  message.sid = draft.sid.is_nil() ? MessageSid::make(now) : draft.sid;
  message.smpp_receipt = draft.smpp_receipt;
  message.account = draft.account;
  message.live = draft.live;
  message.direction = draft.direction;
  message.from = sender.number;
  message.to = draft.to;
  message.body = draft.body;
  message.status_callback = draft.status_callback;
  message.encoding = segments.encoding;
  message.num_segments = segments.segments;
  message.carrier = sender.carrier;
  if (draft.pool) message.sender_pool = draft.pool->str();
  message.tags = draft.tags;
  message.send_at = draft.send_at;
  if (message.send_at) message.status = MessageStatus::scheduled;
  message.validity = draft.validity;
  message.discard_content = draft.discard_content;
  message.obfuscate_addresses = draft.obfuscate_addresses;
  message.created_at = now;
  message.updated_at = now;
  insert_message(tx, keys, message);
  auto& queueing = accepted.queueing;
  queueing.sender = as_text(from_index(keys, message.from));
  queueing.sender_type = sender.type;
  queueing.priority = draft.priority;
  queueing.paced = draft.paced;
  enqueue(tx, message, queueing, outbound.owner);
  return accepted;
}

}  // namespace cloudvno::messaging
