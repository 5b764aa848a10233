// What POST /v1/verify/send and /check are given, read before anything is looked up.
#pragma once

#include "domain/api/request.hpp"
#include "domain/verify/check_code.hpp"
#include "domain/verify/send_code.hpp"

namespace cloudvno::verify {

Result<SendOrder> read_send_order(const api::Request& request, const fraud::Guard& guard);
Result<CheckOrder> read_check_order(const api::Request& request, const fraud::Guard& guard);
// A number in E.164, in the one form that it has, or an e-mail address, as it is kept. Errc::
// invalid_phone_number.
Result<std::string> read_recipient(std::string_view text, const fraud::Guard& guard);

}  // namespace cloudvno::verify
