// POST /v1/messages/batch: up to 1,000 messages, each accepted or refused on its own, answered in
// their order. One transaction, so one Idempotency-Key stands for all of them.
#include <boost/json/array.hpp>

#include "domain/messaging/message_json.hpp"
#include "domain/messaging/messages_api.hpp"
#include "domain/messaging/read_draft.hpp"

namespace cloudvno::messaging {
namespace {

namespace json = boost::json;

constexpr std::size_t most_messages = 1'000;

Result<Draft> read_item(const api::Request& request, const json::object& defaults,
                        const json::object& item) {
  auto parameters = defaults;
  for (const auto& [name, value] : item) parameters[name] = value;
  TRY_ASSIGN(auto draft, read_draft(api::Input(parameters), request));
  draft.priority = Priority::bulk;
  return draft;
}

// Faults of the store, which are nobody's item.
bool is_of_all(const Error& error) {
  const auto kind = error_entry(error.code).kind;
  return kind == ErrorKind::unavailable || kind == ErrorKind::internal;
}

}  // namespace

net::Task<Result<api::Answer>> send_batch(api::Request& request, const ApiParts& parts) {
  auto in = request.input();
  CO_TRY_ASSIGN(const auto items, in.objects("messages", most_messages));
  in.leave(draft_parameters());
  CO_TRY(in.finish());
  // What is said once for all messages; each may say otherwise.
  auto defaults = request.parameters;
  defaults.erase("messages");
  std::vector<Result<Draft>> drafts;
  drafts.reserve(items.size());
  for (const auto& item : items) {
    drafts.push_back(read_item(request, defaults, item.as_object()));
  }

  const Overload::Accepting accepting(parts.overload);
  if (!accepting) co_return fail(too_fast());
  std::vector<Accepted> taken;
  CO_TRY_ASSIGN(
      auto answer, co_await request.commit([&](storage::Transaction& tx) -> Result<api::Answer> {
        taken.clear();
        json::array data;
        data.reserve(drafts.size());
        for (const auto& draft : drafts) {
          auto accepted = draft ? accept_message(tx, parts.vault, *request.caller->keys,
                                                 parts.outbound, *draft, request.received)
                                : Result<Accepted>(fail(draft.error()));
          if (!accepted) {
            if (is_of_all(accepted.error())) return fail(accepted.error());
            data.push_back(
                json::object{{"error", api::error_object(accepted.error(), request.docs_url)}});
            continue;
          }
          data.push_back(json::object{{"message", to_json(accepted->message)}});
          taken.push_back(std::move(*accepted));
        }
        return api::Answer::json(201, {{"data", std::move(data)}});
      }));
  if (!answer.replayed) {
    for (auto& message : taken) parts.accepted(std::move(message));
  }
  co_return answer;
}

}  // namespace cloudvno::messaging
