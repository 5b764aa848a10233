// /v1/messages: send, list, read, cancel (product.md section 2).
#include "domain/messaging/messages_api.hpp"

#include <boost/json/monotonic_resource.hpp>

#include "domain/api/page.hpp"
#include "domain/messaging/accept_message.hpp"
#include "domain/messaging/cancel_message.hpp"
#include "domain/messaging/delivery_errors.hpp"
#include "domain/messaging/message_json.hpp"
#include "domain/messaging/message_store.hpp"
#include "domain/senders/sender_ref.hpp"

namespace cloudvno::messaging {
namespace {

namespace json = boost::json;

constexpr std::size_t most_body_bytes = 4 * sms::max_characters;
constexpr std::chrono::days most_ahead{35};
constexpr std::size_t most_tags = 10;
constexpr std::size_t most_tag_bytes = 128;

api::Answer answer_with(int status, const Message& message) {
  [[clang::uninitialized]] unsigned char buffer[4096];  // a longer message takes from the heap
  json::monotonic_resource memory(buffer, sizeof buffer);
  return api::Answer::json(status, to_json(message, &memory));
}

// When it may go, and what it is called: `send_at`, `validity_period`, `tags`.
Result<> read_terms(api::Input& in, Time now, Draft& draft) {
  TRY_ASSIGN(draft.send_at, in.optional_time("send_at"));
  if (draft.send_at && (*draft.send_at <= now || *draft.send_at > now + most_ahead)) {
    return fail(Errc::invalid_parameter, "`send_at` must lie ahead, by at most 35 days.",
                "send_at");
  }
  TRY_ASSIGN(const auto validity,
             in.optional_integer("validity_period", 1, default_validity.count()));
  if (validity) draft.validity = std::chrono::seconds(*validity);
  TRY_ASSIGN(auto tags, in.optional_texts("tags", most_tags, most_tag_bytes));
  draft.tags = std::move(tags).value_or(std::vector<std::string>());
  if (std::ranges::any_of(draft.tags, [](const auto& tag) { return tag.contains('\n'); })) {
    return fail(Errc::invalid_parameter, "A tag has no line break.", "tags");
  }
  return {};
}

net::Task<Result<api::Answer>> send(api::Request& request, const vault::Vault& vault,
                                    const Outbound& outbound,
                                    const std::function<void(Accepted)>& accepted) {
  auto in = request.input();
  Draft draft;
  draft.account = request.account();
  draft.live = request.caller->live;
  draft.paced = request.caller->rate_limited;
  CO_TRY_ASSIGN(auto from, senders::read_sender(in, "from"));
  draft.from = std::move(from.number);
  draft.pool = from.pool;
  CO_TRY_ASSIGN(draft.to, in.phone_number("to"));
  CO_TRY_ASSIGN(draft.body, in.text("body", most_body_bytes * 4));
  CO_TRY_ASSIGN(auto status_callback, in.optional_url("status_callback"));
  CO_TRY(read_terms(in, request.received, draft));
  CO_TRY(in.finish());
  draft.status_callback = std::move(status_callback).value_or(std::string());
  if (draft.body.empty()) {
    co_return fail(Errc::missing_parameter, "`body` must not be empty.", "body");
  }
  // Counted here too, so that a body that is too long never costs a transaction.
  CO_TRY(sms::count_segments(draft.body));

  Accepted taken;
  CO_TRY_ASSIGN(auto answer,
                co_await request.commit([&](storage::Transaction& tx) -> Result<api::Answer> {
                  TRY_ASSIGN(taken, accept_message(tx, vault, *request.caller->keys, outbound,
                                                   draft, request.received));
                  return answer_with(201, taken.message);
                }));
  if (!answer.replayed) accepted(std::move(taken));
  co_return answer;
}

net::Task<Result<api::Answer>> list(api::Request& request) {
  const auto& keys = *request.caller->keys;
  auto in = request.input();
  CO_TRY_ASSIGN(const auto page, api::read_page_query(in, "SM", "MM"));
  CO_TRY_ASSIGN(const auto to, in.optional_sender("to"));
  CO_TRY_ASSIGN(const auto from, in.optional_sender("from"));
  constexpr std::string_view words[] = {"scheduled",   "queued", "sent",     "delivered",
                                        "undelivered", "failed", "received", "canceled"};
  CO_TRY_ASSIGN(const auto status, in.optional_word("status", words));
  CO_TRY_ASSIGN(const auto created_after, in.optional_time("created_after"));
  CO_TRY_ASSIGN(const auto created_before, in.optional_time("created_before"));
  CO_TRY(in.finish());
  api::Conditions conditions;
  conditions.add_owner(request.account(), request.caller->live);
  conditions.add_made_from(request.caller->visible_from(request.received));
  if (to) conditions.add("to_index", to_index(keys, *to), api::Index::alone);
  if (from) conditions.add("from_index", from_index(keys, *from), api::Index::alone);
  if (status) conditions.add("status", *status, api::Index::of_account);
  if (created_after) conditions.add_made_from(*created_after);
  if (created_before) conditions.add_made_before(*created_before);
  conditions.add_page(page);
  CO_TRY_ASSIGN(const auto messages, co_await request.database.read([&](storage::Transaction& tx) {
    return list_messages(tx, keys, conditions, page);
  }));
  std::vector<json::object> rows;
  rows.reserve(messages.size());
  for (const auto& message : messages) rows.push_back(to_json(message));
  co_return api::page_answer(page, std::move(rows), request.raw.path, request.raw.query);
}

net::Task<Result<api::Answer>> read(api::Request& request) {
  CO_TRY(request.input().finish());
  const auto sid = MessageSid::parse(request.path_arguments[0]);
  if (!sid) co_return fail(Errc::not_found);
  CO_TRY_ASSIGN(const auto message, co_await request.database.read([&](storage::Transaction& tx) {
    return find_message(tx, *request.caller->keys, request.account(), *sid);
  }));
  if (message.live != request.caller->live ||
      message.created_at < request.caller->visible_from(request.received)) {
    co_return fail(Errc::not_found);
  }
  co_return answer_with(200, message);
}

net::Task<Result<api::Answer>> change(api::Request& request, webhooks::Webhooks& webhooks,
                                      const Clock& clock) {
  auto in = request.input();
  constexpr std::string_view words[] = {"canceled"};
  CO_TRY_ASSIGN(const auto status, in.optional_word("status", words));
  CO_TRY(in.finish());
  if (!status) co_return fail(Errc::missing_parameter, "Say `status=canceled`.", "status");
  const auto sid = MessageSid::parse(request.path_arguments[0]);
  if (!sid) co_return fail(Errc::not_found);
  std::vector<webhooks::Delivery> told;
  CO_TRY_ASSIGN(const auto message,
                co_await request.database.transact(
                    [&, now = clock.now()](storage::Transaction& tx) -> Result<Message> {
                      told.clear();
                      return cancel_message(tx, *request.caller->keys, request.account(),
                                            request.caller->live, *sid, webhooks.outbox(), now,
                                            told);
                    }));
  webhooks.kept(std::move(told));
  co_return answer_with(200, message);
}

}  // namespace

void mount_messages(api::Api& api, const vault::Vault& vault, const Outbound& outbound,
                    webhooks::Webhooks& webhooks, const Clock& clock,
                    std::function<void(Accepted)> accepted) {
  using enum api::Scope;
  const auto group = api::RateGroup::messages;
  api.add({"POST", "/v1/messages", messages_write, group, true,
           [&vault, &outbound, accepted = std::move(accepted)](api::Request& request) {
             return send(request, vault, outbound, accepted);
           }});
  api.add({"GET", "/v1/messages", messages_read, group, false,
           [](api::Request& request) { return list(request); }});
  api.add(
      {"POST", "/v1/messages/{sid}", messages_write, group, false,
       [&webhooks, &clock](api::Request& request) { return change(request, webhooks, clock); }});
  api.add({"GET", "/v1/messages/{sid}", messages_read, group, false,
           [](api::Request& request) { return read(request); }});
}

}  // namespace cloudvno::messaging
