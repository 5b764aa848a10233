// Looking up what carried a code.
#include "domain/verify/find_delivery.hpp"

#include "domain/messaging/delivery_errors.hpp"
#include "domain/messaging/message_store.hpp"
#include "domain/voice/call_store.hpp"

namespace cloudvno::verify {
namespace {

Result<> found_or_gone(const Error& error) {
  return error.code == Errc::not_found ? Result<>() : fail(error);
}

}  // namespace

Result<> find_delivery(storage::Transaction& tx, const vault::Keys& keys,
                       Verification& verification) {
  if (const auto sid = MessageSid::parse(verification.carried_by)) {
    const auto message = messaging::find_message(tx, keys, verification.account, *sid);
    if (!message) return found_or_gone(message.error());
    verification.delivery_status = messaging::status_name(message->status);
    if (message->error_code) {
      verification.delivery_error = messaging::error_message(*message->error_code);
    }
  } else if (const auto call_sid = CallSid::parse(verification.carried_by)) {
    const auto call = voice::find_call(tx, keys, verification.account, *call_sid);
    if (!call) return found_or_gone(call.error());
    // As the API of calls shows it.
    verification.delivery_status =
        call->status == voice::CallStatus::initiated ? "queued" : voice::status_name(call->status);
  }
  return {};
}

}  // namespace cloudvno::verify
