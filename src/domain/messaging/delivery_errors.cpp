// Texts of the delivery errors.
#include "domain/messaging/delivery_errors.hpp"

namespace cloudvno::messaging {

std::string_view error_message(int code) {
  switch (code) {
    case error_media_not_fetched:
      return "A `media_url` could not be fetched.";
    case error_media_type:
      return "A `media_url` has a Content-Type that MMS do not carry.";
    case error_sender_gone:
      return "The account does not hold the sender any more.";
    case error_unsubscribed:
      return "The recipient opted out of messages from this sender before the message was due.";
    case error_unreachable:
      return "The handset is switched off or out of reach.";
    case error_blocked:
      return "The recipient or its carrier blocks messages from this sender.";
    case error_unknown_destination:
      return "The carrier knows no such recipient.";
    case error_no_route:
      return "No carrier takes messages from this sender to this recipient.";
    case error_carrier_refused:
      return "The carrier refused the message.";
    case error_media_too_large:
      return "The media of the message are larger than 5 MiB together.";
    case error_validity_expired:
      return "The message's validity period ended before it could be sent.";
    default:
      return "The carrier gave no reason.";
  }
}

}  // namespace cloudvno::messaging
