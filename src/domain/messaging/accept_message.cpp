// Taking a message from the account.
#include "domain/messaging/accept_message.hpp"

#include "domain/messaging/find_sender.hpp"
#include "domain/messaging/media_store.hpp"
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
  const bool is_mms = !draft.media.empty();
  const routing::Asked asked{sender.carrier, sender.type, draft.to.e164(), 0, draft.media.size()};
  if (!outbound.router.knows(asked)) {
    return fail(Errc::no_carrier,
                is_mms ? "No carrier takes so many media from this sender to this recipient." : "");
  }

  Accepted accepted;
  auto& message = accepted.message;
  message.sid = draft.sid;
  if (message.sid.is_nil()) {
    message.sid = is_mms ? MessageSid::make_other(now) : MessageSid::make(now);
  }
  message.smpp_receipt = draft.smpp_receipt;
  message.account = draft.account;
  message.live = draft.live;
  message.direction = draft.direction;
  message.from = sender.number;
  message.to = draft.to;
  message.body = draft.body;
  message.status_callback = draft.status_callback;
  message.encoding = segments.encoding;
  message.num_segments = is_mms ? 1 : segments.segments;
  message.num_media = static_cast<int>(draft.media.size());
  message.carrier = sender.carrier;
  if (draft.pool) message.sender_pool = draft.pool->str();
  message.tags = draft.tags;
  message.send_at = draft.send_at;
  if (message.send_at) message.status = MessageStatus::scheduled;
  message.validity = draft.validity;
  message.discard_content = draft.discard_content;
  message.hidden = draft.hidden;
  message.obfuscate_addresses = draft.obfuscate_addresses;
  message.created_at = now;
  message.updated_at = now;
  insert_message(tx, keys, message);
  insert_media_urls(tx, keys, message, draft.media);
  auto& queueing = accepted.queueing;
  queueing.sender = as_text(from_index(keys, message.from));
  queueing.sender_type = sender.type;
  queueing.priority = draft.priority;
  queueing.paced = draft.paced;
  enqueue(tx, message, queueing, outbound.owner);
  accepted.waits_for_media = is_mms;
  return accepted;
}

}  // namespace cloudvno::messaging
