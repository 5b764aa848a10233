// The callback that tells a customer of a message's state (product.md section 7, TwiML reference
// "status callback").
#pragma once

#include <optional>

#include "domain/messaging/message.hpp"
#include "domain/webhooks/delivery.hpp"

namespace cloudvno::messaging {

inline constexpr std::string_view api_version =
    "2010-04-01";  // what TwiML applications expect to read

// Nothing where the message has no status_callback.
std::optional<webhooks::Delivery> make_status_callback(const Message& message, Time now);

}  // namespace cloudvno::messaging
