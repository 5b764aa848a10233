// The parameters of a message to be sent, as POST /v1/messages and each item of a batch have them.
#pragma once

#include <span>
#include <string_view>

#include "domain/api/request.hpp"
#include "domain/messaging/accept_message.hpp"

namespace cloudvno::messaging {

// What a route that sends takes.
std::span<const std::string_view> draft_parameters();

// Reads and judges all but what the store knows: the sender and its recipient. Refuses what it did
// not read. Errc::missing_parameter, invalid_parameter, invalid_phone_number, message_too_long,
// unknown_parameter.
Result<Draft> read_draft(api::Input in, const api::Request& request);

}  // namespace cloudvno::messaging
