// /v1/calls: make, list, read, change, delete (product.md section 4).
#include "domain/voice/calls_api.hpp"

#include <boost/json/array.hpp>

#include "domain/api/page.hpp"
#include "domain/privacy/legal_hold.hpp"
#include "domain/voice/call_json.hpp"
#include "domain/voice/call_store.hpp"
#include "domain/voice/make_call.hpp"

namespace cloudvno::voice {
namespace {

namespace json = boost::json;

api::Answer answer_with(int status, const Call& call) {
  return api::Answer::json(status, to_json(call));
}

net::Task<Result<api::Answer>> make(api::Request& request, const ApiParts& parts) {
  CO_TRY_ASSIGN(auto call, read_call(request.input(), request));
  CO_TRY(parts.admit(call.account));
  const auto* trunk = parts.parts.find_trunk(call.live, call.to);
  if (!trunk) co_return fail(Errc::no_trunk, {}, "to");
  call.trunk = trunk->name;
  CO_TRY_ASSIGN(auto account, co_await parts.find_account(call.account));
  const auto& owner = parts.parts.webhooks.outbox().owner();
  CO_TRY_ASSIGN(auto answer,
                co_await request.commit([&](storage::Transaction& tx) -> Result<api::Answer> {
                  TRY(keep_call(tx, parts.parts.vault, *request.caller->keys, call, owner));
                  return answer_with(201, call);
                }));
  if (!answer.replayed) parts.accepted(std::move(call), std::move(account));
  co_return answer;
}

// A number as the list's filters name it, or a SIP address.
Result<std::optional<std::string>> read_address(api::Input& in, std::string_view name) {
  TRY_ASSIGN(auto text, in.optional_text(name, 255));
  if (!text) return std::optional<std::string>();
  if (text->starts_with(' ')) text->front() = '+';  // an unencoded '+' of a query
  if (text->starts_with("sip:") || text->starts_with("sips:")) return text;
  const auto number = PhoneNumber::parse(*text);
  if (!number) return fail(Errc::invalid_phone_number, {}, std::string(name));
  return std::optional(number->e164());
}

net::Task<Result<api::Answer>> list(api::Request& request) {
  const auto& keys = *request.caller->keys;
  auto in = request.input();
  CO_TRY_ASSIGN(const auto page, api::read_page_query(in, "CA", "CA"));
  CO_TRY_ASSIGN(const auto to, read_address(in, "to"));
  CO_TRY_ASSIGN(const auto from, read_address(in, "from"));
  constexpr std::string_view words[] = {"queued", "ringing", "in-progress", "completed",
                                        "busy",   "failed",  "no-answer",   "canceled"};
  CO_TRY_ASSIGN(const auto status, in.optional_word("status", words));
  CO_TRY_ASSIGN(const auto parent, in.optional_text("parent_call_sid", 34));
  CO_TRY_ASSIGN(const auto created_after, in.optional_time("created_after"));
  CO_TRY_ASSIGN(const auto created_before, in.optional_time("created_before"));
  CO_TRY(in.finish());
  api::Conditions conditions;
  conditions.add_owner(request.account(), request.caller->live);
  conditions.add_unset("hidden");
  conditions.add_made_from(request.caller->visible_from(request.received));
  if (to) conditions.add("to_index", to_index(keys, *to), api::Index::alone);
  if (from) conditions.add("from_index", from_index(keys, *from), api::Index::alone);
  if (parent) conditions.add("parent_sid", *parent, api::Index::alone);
  if (status == "queued") {
    constexpr std::string_view both[] = {"queued", "initiated"};
    conditions.add_one_of("status", both);
  } else if (status) {
    conditions.add("status", *status, api::Index::of_account);
  }
  if (created_after) conditions.add_made_from(*created_after);
  if (created_before) conditions.add_made_before(*created_before);
  conditions.add_page(page);
  CO_TRY_ASSIGN(const auto calls, co_await request.database.read([&](storage::Transaction& tx) {
    return list_calls(tx, keys, conditions, page);
  }));
  std::vector<json::object> rows;
  rows.reserve(calls.size());
  for (const auto& call : calls) rows.push_back(to_json(call));
  co_return api::page_answer(page, std::move(rows), request.raw.path, request.raw.query);
}

net::Task<Result<api::Answer>> read(api::Request& request) {
  CO_TRY(request.input().finish());
  CO_TRY_ASSIGN(const auto call, co_await request.database.read([&](storage::Transaction& tx) {
    return find_asked(tx, request);
  }));
  co_return answer_with(200, call);
}

net::Task<Result<api::Answer>> list_notifications_of(api::Request& request) {
  CO_TRY(request.input().finish());
  CO_TRY_ASSIGN(
      auto data,
      co_await request.database.read([&](storage::Transaction& tx) -> Result<json::array> {
        TRY_ASSIGN(const auto call, find_asked(tx, request));
        TRY_ASSIGN(const auto all, list_notifications(tx, *request.caller->keys, call.sid));
        json::array rows;
        for (const auto& one : all) rows.push_back(to_json(one));
        return rows;
      }));
  co_return api::Answer::json(200, {{"data", std::move(data)}});
}

// New instructions, or the end.
Result<CallOrder> read_order(api::Input in) {
  constexpr std::string_view words[] = {"completed", "canceled"};
  CallOrder order;
  TRY_ASSIGN(const auto status, in.optional_word("status", words));
  TRY_ASSIGN(order.instructions, read_instructions(in));
  TRY(in.finish());
  order.end = status.has_value();
  if (order.end == order.instructions.has_value()) {
    return fail(Errc::missing_parameter,
                "Give `status=completed` or `status=canceled`, or new instructions by `url` or "
                "`xml`.",
                "status");
  }
  return order;
}

net::Task<Result<api::Answer>> change(api::Request& request, const ApiParts& parts) {
  CO_TRY_ASSIGN(const auto order, read_order(request.input()));
  const bool canceling =
      request.parameters.contains("status") && request.parameters.at("status") == "canceled";
  CO_TRY_ASSIGN(const auto call,
                co_await request.database.transact([&](storage::Transaction& tx) -> Result<Call> {
                  TRY_ASSIGN(auto found, find_asked(tx, request, storage::RowLock::wait));
                  if (is_final(found.status)) {
                    return fail(Errc::wrong_state, "The call is over.", "status");
                  }
                  if (canceling && found.status == CallStatus::in_progress) {
                    return fail(Errc::wrong_state,
                                "The call was answered: `status=completed` ends it.", "status");
                  }
                  if (order.instructions && found.direction == Direction::outbound_dial) {
                    return fail(Errc::wrong_state,
                                "Instructions are those of the call that dialled this one.", "url");
                  }
                  give_order(tx, *request.caller->keys, found.sid, order, request.received);
                  return found;
                }));
  parts.ordered();
  co_return answer_with(200, call);
}

net::Task<Result<api::Answer>> remove(api::Request& request) {
  CO_TRY(request.input().finish());
  CO_TRY(co_await request.database.transact([&](storage::Transaction& tx) -> Result<bool> {
    TRY_ASSIGN(const auto call, find_asked(tx, request, storage::RowLock::wait));
    if (!is_final(call.status)) {
      return fail(Errc::wrong_state, "Only a call that is over can be deleted.");
    }
    if (privacy::is_held(tx, call.account.view(), call.sid.view())) return fail(Errc::legal_hold);
    delete_call(tx, call.sid);
    return true;
  }));
  co_return api::Answer::empty();
}

}  // namespace

Result<Call> find_asked(storage::Transaction& tx, const api::Request& request,
                        storage::RowLock lock) {
  const auto sid = CallSid::parse(request.path_arguments[0]);
  if (!sid) return fail(Errc::not_found);
  const auto& caller = *request.caller;
  TRY_ASSIGN(auto call, find_call(tx, *caller.keys, caller.account, *sid, lock));
  if (call.hidden || call.live != caller.live ||
      call.created_at < caller.visible_from(request.received)) {
    return fail(Errc::not_found);
  }
  return call;
}

void mount_calls(api::Api& api, const ApiParts& parts) {
  using enum api::Scope;
  const auto group = api::RateGroup::calls;
  const std::string all = "/v1/calls";
  const std::string one = all + "/{sid}";
  api.add({"POST", all, calls_write, group, true,
           [parts](api::Request& request) { return make(request, parts); }});
  api.add(
      {"GET", all, calls_read, group, false, [](api::Request& request) { return list(request); }});
  api.add(
      {"GET", one, calls_read, group, false, [](api::Request& request) { return read(request); }});
  api.add({"GET", one + "/notifications", calls_read, group, false,
           [](api::Request& request) { return list_notifications_of(request); }});
  api.add({"POST", one, calls_write, group, false,
           [parts](api::Request& request) { return change(request, parts); }});
  api.add({"DELETE", one, calls_write, group, false,
           [](api::Request& request) { return remove(request); }});
}

}  // namespace cloudvno::voice
