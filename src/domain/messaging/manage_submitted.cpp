// Asking after, taking back and replacing what was submitted.
#include "domain/messaging/manage_submitted.hpp"

#include "domain/messaging/cancel_message.hpp"
#include "domain/messaging/message_store.hpp"
#include "domain/messaging/queue_store.hpp"
#include "domain/smpp_access/receipt_request.hpp"
#include "protocol/sms/data_coding.hpp"

namespace cloudvno::messaging {
namespace {

constexpr std::uint8_t coding_of(sms::Encoding encoding) {
  return encoding == sms::Encoding::gsm7 ? sms::coding_gsm7 : sms::coding_ucs2;
}

bool is_meant(const Message& message, const SubmittedRef& which) {
  return !message.hidden && message.live == which.live && message.direction != Direction::inbound &&
         message.from == which.from;
}

Result<Message> find_whole(storage::Transaction& tx, const vault::Keys& keys,
                           const SubmittedRef& which, storage::RowLock lock) {
  TRY_ASSIGN(auto message, find_message(tx, keys, which.account, which.sid, lock));
  if (!is_meant(message, which)) return fail(Errc::not_found);
  return message;
}

bool waits_for_parts(storage::Transaction& tx, const SubmittedRef& which) {
  return tx
      .query("SELECT 1 FROM smpp_part WHERE account_sid = $1 AND message_sid = $2 LIMIT 1",
             which.account, which.sid)
      ->next();
}

std::string wish_text(const Replacement& replacement) {
  if (replacement.receipt == ReceiptWish::none) return {};
  smpp_access::ReceiptRequest asked;
  asked.credential = replacement.which.credential;
  asked.failures_only = replacement.receipt == ReceiptWish::failure;
  asked.id = replacement.which.sid;
  return asked.print();
}

}  // namespace

Result<Message> find_submitted(storage::Transaction& tx, const vault::Keys& keys,
                               const SubmittedRef& which) {
  auto found = find_whole(tx, keys, which, storage::RowLock::none);
  if (found || found.error().code != Errc::not_found || !waits_for_parts(tx, which)) return found;
  Message waiting;
  waiting.sid = which.sid;
  return waiting;
}

Result<> cancel_submitted(storage::Transaction& tx, const webhooks::Outbox& outbox,
                          const vault::Keys& keys, const SubmittedRef& which, Time now,
                          std::vector<webhooks::Delivery>& told) {
  TRY_ASSIGN(auto message, find_whole(tx, keys, which, storage::RowLock::wait));
  return cancel_message(tx, outbox, keys, message, now, told);
}

Result<> cancel_submitted_to(storage::Transaction& tx, const webhooks::Outbox& outbox,
                             const vault::Keys& keys, const SubmittedRef& from,
                             const PhoneNumber& to, Time now,
                             std::vector<webhooks::Delivery>& told) {
  auto one = from;
  std::vector<MessageSid> all;
  {
    const auto rows = tx.query(
        "SELECT sid FROM message WHERE NOT hidden AND account_sid = $1 AND live = $2 AND to_index "
        "= $3 AND from_index = $4 AND status = 'scheduled' ORDER BY substr(sid, 3) LIMIT $5",
        from.account, from.live, to_index(keys, to), from_index(keys, from.from),
        most_canceled_at_once);
    while (rows->next()) all.push_back(rows->sid<MessageSid>(0));
  }
  if (all.empty()) return fail(Errc::not_found);
  for (const auto& sid : all) {
    one.sid = sid;
    const auto canceled = cancel_submitted(tx, outbox, keys, one, now, told);
    if (!canceled && canceled.error().code != Errc::wrong_state) return canceled;
  }
  return {};
}

Result<> replace_submitted(storage::Transaction& tx, const vault::Keys& keys,
                           const Replacement& replacement, Time now) {
  TRY_ASSIGN(auto message, find_whole(tx, keys, replacement.which, storage::RowLock::wait));
  if (message.status != MessageStatus::scheduled) {
    return fail(Errc::wrong_state, "Only a scheduled message can be replaced.");
  }
  auto text = sms::decode_text(coding_of(message.encoding), replacement.octets);
  if (!text) return fail(Errc::invalid_parameter, "The text is not one in the message's alphabet.");
  if (text->empty()) return fail(Errc::missing_parameter, "The text is empty.");
  TRY_ASSIGN(const auto segments, sms::count_segments(*text));
  message.body = std::move(*text);
  message.encoding = segments.encoding;
  if (!message.is_mms()) message.num_segments = segments.segments;
  if (replacement.send_at) message.send_at = replacement.send_at;
  if (replacement.validity) message.validity = *replacement.validity;
  message.smpp_receipt = wish_text(replacement);
  message.updated_at = now;
  update_scheduled(tx, keys, message);
  reschedule(tx, message);
  return {};
}

}  // namespace cloudvno::messaging
