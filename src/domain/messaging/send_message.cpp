// POST /v1/messages.
#include "domain/messaging/messages_api.hpp"
#include "domain/messaging/read_draft.hpp"

namespace cloudvno::messaging {

net::Task<Result<api::Answer>> send_message(api::Request& request, const ApiParts& parts) {
  CO_TRY_ASSIGN(const auto draft, read_draft(request.input(), request));
  Accepted taken;
  CO_TRY_ASSIGN(auto answer,
                co_await request.commit([&](storage::Transaction& tx) -> Result<api::Answer> {
                  TRY_ASSIGN(taken, accept_message(tx, parts.vault, *request.caller->keys,
                                                   parts.outbound, draft, request.received));
                  return answer_with(201, taken.message);
                }));
  if (!answer.replayed) parts.accepted(std::move(taken));
  co_return answer;
}

}  // namespace cloudvno::messaging
