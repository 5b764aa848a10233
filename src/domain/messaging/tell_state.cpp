// The event of a state, and the fields of a status callback.
#include "domain/messaging/tell_state.hpp"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>

#include "domain/messaging/message_json.hpp"

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

}  // namespace

void tell_state(storage::Transaction& tx, const webhooks::Outbox& outbox, const vault::Keys& keys,
                const Message& whole, Time now, std::vector<webhooks::Delivery>& kept) {
  const auto message = without_what_goes(whole);
  outbox.record(tx, keys, make_event(message, now), kept);
  if (!message.status_callback.empty()) {
    outbox.keep(tx, keys, make_status_callback(message, now), kept);
  }
}

}  // namespace cloudvno::messaging
