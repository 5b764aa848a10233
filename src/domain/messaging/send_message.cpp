// POST /v1/messages.
#include "domain/messaging/messages_api.hpp"
#include "domain/messaging/read_draft.hpp"

namespace cloudvno::messaging {

Error too_fast() {
  return {Errc::service_unavailable, "Messages come too fast.", {}, {}, 1};
}

net::Task<Result<api::Answer>> send_message(api::Request& request, const ApiParts& parts) {
  CO_TRY_ASSIGN(const auto draft, read_draft(request.input(), request));
  const Overload::Accepting accepting(parts.overload);
  if (!accepting) co_return fail(too_fast());
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
