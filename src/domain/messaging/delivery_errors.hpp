// Why a message was not delivered: `error_code` and `error_message` of a message, with the numbers
// that applications written for TwiML know.
#pragma once

#include <string_view>

namespace cloudvno::messaging {

inline constexpr int error_media_not_fetched = 11200;
inline constexpr int error_media_type = 12300;
inline constexpr int error_sender_gone = 21606;
inline constexpr int error_unsubscribed = 21610;
inline constexpr int error_unreachable = 30003;
inline constexpr int error_blocked = 30004;
inline constexpr int error_unknown_destination = 30005;
inline constexpr int error_no_route = 30006;
inline constexpr int error_carrier_refused = 30007;
inline constexpr int error_not_known = 30008;
inline constexpr int error_media_too_large = 30019;
inline constexpr int error_validity_expired = 30036;

std::string_view error_message(int code);

}  // namespace cloudvno::messaging
