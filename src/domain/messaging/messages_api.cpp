// /v1/messages: the routes, list and read (product.md section 2).
#include "domain/messaging/messages_api.hpp"

#include <boost/json/monotonic_resource.hpp>

#include "domain/api/page.hpp"
#include "domain/messaging/message_json.hpp"
#include "domain/messaging/message_store.hpp"

namespace cloudvno::messaging {
namespace {

constexpr std::string_view path_of_all = "/v1/messages";
constexpr std::string_view path_of_batch = "/v1/messages/batch";

namespace json = boost::json;

net::Task<Result<api::Answer>> list(api::Request& request) {
  const auto& keys = *request.caller->keys;
  auto in = request.input();
  CO_TRY_ASSIGN(const auto page, api::read_page_query(in, "SM", "MM"));
  CO_TRY_ASSIGN(const auto to, in.optional_sender("to"));
  CO_TRY_ASSIGN(const auto from, in.optional_sender("from"));
  constexpr std::string_view words[] = {"scheduled", "queued",      "sent",   "delivered",
                                        "canceled",  "undelivered", "failed", "received"};
  CO_TRY_ASSIGN(const auto status, in.optional_word("status", words));
  CO_TRY_ASSIGN(const auto created_after, in.optional_time("created_after"));
  CO_TRY_ASSIGN(const auto created_before, in.optional_time("created_before"));
  CO_TRY(in.finish());
  api::Conditions conditions;
  conditions.add_owner(request.account(), request.caller->live);
  conditions.add_unset("hidden");
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
  CO_TRY_ASSIGN(const auto message, co_await request.database.read([&](storage::Transaction& tx) {
    return find_asked(tx, request);
  }));
  co_return answer_with(200, message);
}

}  // namespace

Result<Message> find_asked(storage::Transaction& tx, const api::Request& request,
                           storage::RowLock lock) {
  const auto sid = MessageSid::parse(request.path_arguments[0]);
  if (!sid) return fail(Errc::not_found);
  const auto& caller = *request.caller;
  TRY_ASSIGN(auto message, find_message(tx, *caller.keys, caller.account, *sid, lock));
  if (message.hidden || message.live != caller.live ||
      message.created_at < caller.visible_from(request.received)) {
    return fail(Errc::not_found);
  }
  return message;
}

api::Answer answer_with(int status, const Message& message) {
  [[clang::uninitialized]] unsigned char buffer[4096];  // a longer message takes from the heap
  json::monotonic_resource memory(buffer, sizeof buffer);
  return api::Answer::json(status, to_json(message, &memory));
}

bool makes_messages(const http::Request& request) {
  return request.method == "POST" && (request.path == path_of_all || request.path == path_of_batch);
}

void mount_messages(api::Api& api, const ApiParts& parts) {
  using enum api::Scope;
  const auto group = api::RateGroup::messages;
  const std::string all(path_of_all);
  const std::string one = all + "/{sid}";
  api.add({"POST", all, messages_write, group, true,
           [parts](api::Request& request) { return send_message(request, parts); }});
  api.add({"POST", std::string(path_of_batch), messages_write, group, true,
           [parts](api::Request& request) { return send_batch(request, parts); }});
  api.add({"GET", all, messages_read, group, false,
           [](api::Request& request) { return list(request); }});
  api.add({"GET", one, messages_read, group, false,
           [](api::Request& request) { return read(request); }});
  api.add({"GET", one + "/media", messages_read, group, false,
           [](api::Request& request) { return list_media_of(request); }});
  api.add({"GET", one + "/media/{n}", messages_read, group, false,
           [](api::Request& request) { return read_media_of(request); }});
  api.add({"POST", one, messages_write, group, false,
           [parts](api::Request& request) { return change_message(request, parts); }});
  api.add({"DELETE", one, messages_write, group, false,
           [](api::Request& request) { return remove_message(request); }});
}

}  // namespace cloudvno::messaging
