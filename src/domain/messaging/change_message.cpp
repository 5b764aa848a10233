// POST /v1/messages/{sid}: canceling what is scheduled, taking the text out of what is over; and
// DELETE.
#include "domain/messaging/follow_move.hpp"
#include "domain/messaging/forget_message.hpp"
#include "domain/messaging/message_store.hpp"
#include "domain/messaging/messages_api.hpp"
#include "domain/messaging/queue_store.hpp"

namespace cloudvno::messaging {
namespace {

// Against the moment at which the message comes due, one wins: each moves the row only out of
// `scheduled` (move_message).
Result<> cancel(storage::Transaction& tx, const webhooks::Outbox& outbox, const vault::Keys& keys,
                Message& message, Time now, std::vector<webhooks::Delivery>& told) {
  if (!move_message(tx, message, MessageStatus::canceled, std::nullopt, now)) {
    return fail(Errc::wrong_state, "Only a scheduled message can be canceled.", "status");
  }
  dequeue(tx, message.sid);
  TRY(follow_move(tx, outbox, keys, message, now, told));
  message = without_what_goes(message);
  return {};
}

}  // namespace

net::Task<Result<api::Answer>> change_message(api::Request& request, const ApiParts& parts) {
  auto in = request.input();
  constexpr std::string_view words[] = {"canceled"};
  CO_TRY_ASSIGN(const auto status, in.optional_word("status", words));
  CO_TRY_ASSIGN(const auto body, in.optional_text("body"));
  CO_TRY(in.finish());
  if (!status && !body) {
    co_return fail(Errc::missing_parameter, "Give `status=canceled`, or `body` as an empty text.",
                   "status");
  }
  if (body && !body->empty()) {
    co_return fail(Errc::invalid_parameter,
                   "`body` must be empty, which takes the text away: a text cannot be changed.",
                   "body");
  }
  const auto& keys = *request.caller->keys;
  const auto now = request.received;
  std::vector<webhooks::Delivery> told;
  CO_TRY_ASSIGN(
      const auto message,
      co_await request.database.transact([&](storage::Transaction& tx) -> Result<Message> {
        told.clear();
        TRY_ASSIGN(auto found, find_asked(tx, request, storage::RowLock::wait));
        if (status) TRY(cancel(tx, parts.outbox, keys, found, now, told));
        if (!body) return found;
        if (!is_final(found.status)) {
          return fail(Errc::wrong_state,
                      "The text is still needed: the message has not come to its end.", "body");
        }
        TRY(redact_message(tx, keys, found, now));
        return found;
      }));
  parts.kept(std::move(told));
  co_return answer_with(200, message);
}

net::Task<Result<api::Answer>> remove_message(api::Request& request) {
  CO_TRY(request.input().finish());
  CO_TRY_ASSIGN(const auto removed,
                co_await request.database.transact([&](storage::Transaction& tx) -> Result<bool> {
                  TRY_ASSIGN(const auto message, find_asked(tx, request, storage::RowLock::wait));
                  if (!is_final(message.status)) {
                    return fail(Errc::wrong_state,
                                "Only a message that has come to its end can be deleted.");
                  }
                  TRY(delete_whole_message(tx, *request.caller->keys, message));
                  return true;
                }));
  static_cast<void>(removed);
  co_return api::Answer::empty();
}

}  // namespace cloudvno::messaging
