// /v1/verify: send, check, list, read, cancel (product.md section 5).
#include "domain/verify/verify_api.hpp"

#include <fmt/format.h>

#include "domain/api/page.hpp"
#include "domain/verify/check_code.hpp"
#include "domain/verify/find_delivery.hpp"
#include "domain/verify/move_verification.hpp"
#include "domain/verify/read_orders.hpp"
#include "domain/verify/verification_json.hpp"
#include "domain/verify/verification_store.hpp"
#include "domain/verify/why_blocked.hpp"

namespace cloudvno::verify {
namespace {

namespace json = boost::json;

// Whether the channel can be used at all, before anything is kept.
Result<> prepare(const ApiParts& parts, SendOrder& order) {
  switch (order.channel) {
    case Channel::sms:
      return parts.parts.messaging.admits();
    case Channel::voice: {
      voice::Call call;
      call.live = order.live;
      call.to = order.to;
      TRY(parts.parts.voice.prepare(call));
      order.trunk = call.trunk;
      return {};
    }
    case Channel::email:
    case Channel::whatsapp:
    case Channel::rcs:
      break;
  }
  if (!parts.carriers.find(order.channel, order.live)) {
    return fail(Errc::channel_not_available, {}, "channel");
  }
  return {};
}

// The record is kept, so this is an answer, not a failure.
api::Answer blocked_answer(const api::Request& request, const Verification& verification) {
  auto response = api::error_response(
      Error{Errc::verification_blocked,
            fmt::format("{} `GET /v1/verify/{}` has the score and all reasons.",
                        why_blocked(verification.risk_reasons), verification.sid.view()),
            "to",
            {},
            0},
      request.id.view(), request.docs_url);
  return {response.status, std::move(response.body), false, "application/json", {}};
}

net::Task<Result<api::Answer>> send(api::Request& request, const ApiParts& parts) {
  CO_TRY_ASSIGN(auto order, read_send_order(request, parts.parts.guard));
  CO_TRY(prepare(parts, order));
  accounts::AccountPtr account;
  if (order.channel == Channel::voice) {
    CO_TRY_ASSIGN(account, co_await parts.parts.accounts.find(order.account));
  }
  const auto& keys = *request.caller->keys;
  const auto now = request.received;
  Sent sent;
  std::optional<fraud::Risk> refused;
  auto answer = co_await request.commit([&](storage::Transaction& tx) -> Result<api::Answer> {
    TRY_ASSIGN(sent, send_code(tx, parts.parts, keys, order, now, refused));
    return api::Answer::json(sent.again ? 200 : 201, to_json(sent.verification, now));
  });
  if (!answer && refused) {
    answer = co_await request.commit([&](storage::Transaction& tx) -> Result<api::Answer> {
      TRY_ASSIGN(sent, keep_refused(tx, parts.parts, keys, order, *refused, now));
      return blocked_answer(request, sent.verification);
    });
  }
  CO_TRY(answer);
  if (!answer->replayed) parts.sent(std::move(sent), std::move(account));
  co_return answer;
}

net::Task<Result<api::Answer>> check(api::Request& request, const ApiParts& parts) {
  CO_TRY_ASSIGN(const auto order, read_check_order(request, parts.parts.guard));
  CO_TRY_ASSIGN(auto checked, co_await request.database.transact([&](storage::Transaction& tx) {
    return check_code(tx, parts.parts, *request.caller->keys, order, request.received);
  }));
  parts.parts.webhooks.kept(std::move(checked.told));
  const auto& verification = checked.verification;
  co_return api::Answer::json(200, {{"sid", verification.sid.view()},
                                    {"to", verification.to},
                                    {"channel", channel_name(verification.channel)},
                                    {"valid", checked.valid},
                                    {"status", status_name(verification.status)},
                                    {"date_created", to_iso8601(verification.created_at)},
                                    {"date_updated", to_iso8601(verification.updated_at)}});
}

net::Task<Result<api::Answer>> list(api::Request& request, const ApiParts& parts) {
  const auto& keys = *request.caller->keys;
  auto in = request.input();
  CO_TRY_ASSIGN(const auto page, api::read_page_query(in, "VE", "VE"));
  CO_TRY_ASSIGN(auto to, in.optional_text("to", 320));
  if (to) {
    if (to->starts_with(' ')) to->front() = '+';  // an unencoded '+' of a query
    CO_TRY_ASSIGN(*to, read_recipient(*to, parts.parts.guard));
  }
  CO_TRY_ASSIGN(const auto status, in.optional_word("status", status_names));
  CO_TRY_ASSIGN(const auto channel, in.optional_word("channel", channel_names));
  CO_TRY_ASSIGN(const auto created_after, in.optional_time("created_after"));
  CO_TRY_ASSIGN(const auto created_before, in.optional_time("created_before"));
  CO_TRY(in.finish());
  api::Conditions conditions;
  conditions.add_owner(request.account(), request.caller->live);
  conditions.add_made_from(request.caller->visible_from(request.received));
  if (to) conditions.add("to_index", to_index(keys, *to), api::Index::alone);
  if (status) conditions.add("status", *status, api::Index::of_account);
  if (channel) conditions.add("channel", *channel);
  if (created_after) conditions.add_made_from(*created_after);
  if (created_before) conditions.add_made_before(*created_before);
  conditions.add_page(page);
  CO_TRY_ASSIGN(const auto found, co_await request.database.read([&](storage::Transaction& tx) {
    return list_verifications(tx, keys, conditions, page);
  }));
  std::vector<json::object> rows;
  rows.reserve(found.size());
  for (const auto& one : found) rows.push_back(to_json(one, request.received));
  co_return api::page_answer(page, std::move(rows), request.raw.path, request.raw.query);
}

net::Task<Result<api::Answer>> read(api::Request& request) {
  CO_TRY(request.input().finish());
  CO_TRY_ASSIGN(const auto found, co_await request.database.read(
                                      [&](storage::Transaction& tx) -> Result<Verification> {
                                        TRY_ASSIGN(auto asked, find_asked(tx, request));
                                        TRY(find_delivery(tx, *request.caller->keys, asked));
                                        return asked;
                                      }));
  co_return api::Answer::json(200, to_json(found, request.received));
}

net::Task<Result<api::Answer>> cancel(api::Request& request, const ApiParts& parts) {
  auto in = request.input();
  constexpr std::string_view words[] = {"canceled"};
  CO_TRY_ASSIGN(const auto status, in.optional_word("status", words));
  CO_TRY(in.finish());
  if (!status) co_return fail(Errc::missing_parameter, "Give `status=canceled`.", "status");
  std::vector<webhooks::Delivery> told;
  CO_TRY_ASSIGN(
      const auto canceled,
      co_await request.database.transact([&](storage::Transaction& tx) -> Result<Verification> {
        told.clear();
        TRY_ASSIGN(auto found, find_asked(tx, request, storage::RowLock::wait));
        if (found.is_over(request.received)) {
          return fail(Errc::wrong_state, "The verification has come to its end.", "status");
        }
        move_verification(tx, parts.parts.webhooks.outbox(), *request.caller->keys, found,
                          Status::canceled, request.received, told);
        return found;
      }));
  parts.parts.webhooks.kept(std::move(told));
  co_return api::Answer::json(200, to_json(canceled, request.received));
}

}  // namespace

Result<Verification> find_asked(storage::Transaction& tx, const api::Request& request,
                                storage::RowLock lock) {
  const auto sid = VerificationSid::parse(request.path_arguments[0]);
  if (!sid) return fail(Errc::not_found);
  const auto& caller = *request.caller;
  TRY_ASSIGN(auto found, find_verification(tx, *caller.keys, caller.account, *sid, lock));
  if (found.live != caller.live || found.created_at < caller.visible_from(request.received)) {
    return fail(Errc::not_found);
  }
  return found;
}

void mount_verifications(api::Api& api, const ApiParts& parts) {
  using enum api::Scope;
  const auto group = api::RateGroup::verification;
  const std::string all = "/v1/verify";
  api.add({"POST", all + "/send", verify_write, group, true,
           [parts](api::Request& request) { return send(request, parts); }});
  api.add({"POST", all + "/check", verify_write, group, false,
           [parts](api::Request& request) { return check(request, parts); }});
  api.add({"GET", all, verify_write, group, false,
           [parts](api::Request& request) { return list(request, parts); }});
  api.add({"GET", all + "/summary", verify_write, group, false,
           [](api::Request& request) { return summarize(request); }});
  api.add({"GET", all + "/{sid}", verify_write, group, false,
           [](api::Request& request) { return read(request); }});
  api.add({"POST", all + "/{sid}", verify_write, group, false,
           [parts](api::Request& request) { return cancel(request, parts); }});
}

}  // namespace cloudvno::verify
