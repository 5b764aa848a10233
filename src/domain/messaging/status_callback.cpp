// The fields of a status callback.
#include "domain/messaging/status_callback.hpp"

namespace cloudvno::messaging {

std::optional<webhooks::Delivery> make_status_callback(const Message& message, Time now) {
  if (message.status_callback.empty()) return std::nullopt;
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
                    {"To", message.to.e164()},
                    {"AccountSid", message.account.str()},
                    {"ApiVersion", std::string(api_version)}};
  if (message.error_code)
    request.fields.emplace_back("ErrorCode", std::to_string(*message.error_code));
  return delivery;
}

}  // namespace cloudvno::messaging
