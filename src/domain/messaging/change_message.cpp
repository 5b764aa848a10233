// POST /v1/messages/{sid}: canceling what is scheduled, taking the text out of what is over; and
// DELETE.
#include "domain/messaging/cancel_message.hpp"
#include "domain/messaging/forget_message.hpp"
#include "domain/messaging/message_store.hpp"
#include "domain/messaging/messages_api.hpp"

namespace cloudvno::messaging {
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
        if (status) TRY(cancel_message(tx, parts.outbox, keys, found, now, told));
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
