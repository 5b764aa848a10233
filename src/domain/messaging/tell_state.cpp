// The event of a state, and the fields of a status callback.
#include "domain/messaging/tell_state.hpp"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>

#include "domain/messaging/message_json.hpp"
#include "domain/smpp_access/receipt_request.hpp"
#include "domain/smpp_access/return_store.hpp"

namespace cloudvno::messaging {
namespace {

webhooks::Delivery make_status_callback(const Message& message, Time now) {
  webhooks::Delivery delivery;
  delivery.sid = DeliverySid::make(now);
  delivery.account = message.account;
  delivery.live = message.live;
  delivery.kind = "message.status";
  delivery.resource_sid = message.sid.str();
  delivery.sequence = message.sequence;
  delivery.next_attempt_at = now;
  delivery.created_at = now;
  auto& request = delivery.request;
  request.url = message.status_callback;
  const std::string status(status_name(message.status));
  request.fields = {{"MessageSid", message.sid.str()},
                    {"SmsSid", message.sid.str()},
                    {"MessageStatus", status},
                    {"SmsStatus", status},
                    {"From", message.from.e164()},
                    {"To", message.shown_to()},
                    {"AccountSid", message.account.str()},
                    {"ApiVersion", std::string(api_version)}};
  if (message.error_code)
    request.fields.emplace_back("ErrorCode", std::to_string(*message.error_code));
  return delivery;
}

webhooks::Event make_event(const Message& message, Time now) {
  webhooks::Event event;
  event.account = message.account;
  event.live = message.live;
  event.type = fmt::format("message.{}", status_name(message.status));
  event.resource_sid = message.sid.str();
  event.sequence = message.sequence;
  event.data = boost::json::serialize(to_json(message));
  event.created_at = now;
  return event;
}

// The receipt that a customer's own SMPP link asked for.
void keep_receipt(storage::Transaction& tx, const vault::Keys& keys, const Message& message,
                  Time now) {
  const auto asked = smpp_access::ReceiptRequest::parse(message.smpp_receipt);
  if (!asked) return;
  if (asked->failures_only && message.status == MessageStatus::delivered) return;
  smpp_access::Return receipt;
  receipt.credential = asked->credential;
  receipt.message = message.sid;
  receipt.account = message.account;
  receipt.from = message.to;
  receipt.to = message.from;
  receipt.outcome = {asked->ids(), std::string(status_name(message.status)),
                     message.error_code.value_or(0), message.created_at, now};
  receipt.created_at = now;
  smpp_access::insert_return(tx, keys, receipt);
}

}  // namespace

void tell_state(storage::Transaction& tx, const webhooks::Outbox& outbox, const vault::Keys& keys,
                const Message& whole, Time now, std::vector<webhooks::Delivery>& kept) {
  if (whole.hidden) return;
  const auto message = without_what_goes(whole);
  outbox.record(tx, keys, make_event(message, now), kept);
  if (!message.status_callback.empty()) {
    outbox.keep(tx, keys, make_status_callback(message, now), kept);
  }
  if (!message.smpp_receipt.empty() && is_final(message.status)) {
    keep_receipt(tx, keys, message, now);
  }
}

}  // namespace cloudvno::messaging
