// /v1/webhook_deliveries: the log of what was sent to the customer, and sending it again.
#include <boost/json/array.hpp>

#include "domain/api/page.hpp"
#include "domain/webhooks/delivery_store.hpp"
#include "domain/webhooks/endpoint_store.hpp"
#include "domain/webhooks/webhooks_api.hpp"

namespace cloudvno::webhooks {
namespace {

namespace json = boost::json;

json::value sid_or_null(std::string_view sid) {
  return sid.empty() ? json::value(nullptr) : json::value(sid);
}

json::object to_json(const Delivery& delivery) {
  return {{"sid", delivery.sid.view()},
          {"kind", delivery.kind},
          {"endpoint_sid", sid_or_null(delivery.endpoint_sid.view())},
          {"event_sid", sid_or_null(delivery.event_sid.view())},
          {"resource_sid", delivery.resource_sid},
          {"sequence", delivery.sequence},
          {"url", sid_or_null(delivery.request.url)},
          {"status", status_name(delivery.status)},
          {"attempts", delivery.attempts_in_all},
          {"next_attempt", delivery.status == DeliveryStatus::pending
                               ? json::value(to_iso8601(delivery.next_attempt_at))
                               : json::value(nullptr)},
          {"response_status", delivery.response_status ? json::value(*delivery.response_status)
                                                       : json::value(nullptr)},
          {"failure", sid_or_null(delivery.failure)},
          {"date_created", to_iso8601(delivery.created_at)}};
}

json::object to_json(const Attempt& attempt) {
  json::object headers;
  for (const auto& [name, value] : attempt.headers.all()) headers[name] = value;
  return {{"number", attempt.number},
          {"date_created", to_iso8601(attempt.begun_at)},
          {"duration_ms", attempt.duration.count() / 1'000},
          {"response_status",
           attempt.response_status ? json::value(*attempt.response_status) : json::value(nullptr)},
          {"failure", sid_or_null(attempt.failure)},
          {"request",
           {{"method", attempt.method},
            {"url", attempt.url},
            {"headers", std::move(headers)},
            {"body", attempt.body}}},
          {"answer", attempt.answer}};
}

// What the caller may not read, it is told so.
Result<Delivery> find_own(storage::Transaction& tx, const api::Request& request) {
  const auto sid = DeliverySid::parse(request.path_arguments[0]);
  if (!sid) return fail(Errc::not_found);
  TRY_ASSIGN(auto delivery, find_delivery(tx, *request.caller->keys, request.account(), *sid));
  const auto& caller = *request.caller;
  if (delivery.live != caller.live || delivery.created_at < caller.visible_from(request.received)) {
    return fail(Errc::not_found);
  }
  const auto scope = scope_of_kind(delivery.kind);
  if (scope && !caller.scopes.has(*scope)) {
    return fail(Errc::insufficient_permissions,
                fmt::format("This delivery needs the scope {}.", api::scope_name(*scope)));
  }
  return delivery;
}

net::Task<Result<api::Answer>> list(api::Request& request) {
  constexpr std::string_view statuses[] = {"pending", "succeeded", "failed"};
  auto in = request.input();
  CO_TRY_ASSIGN(const auto page, api::read_page_query(in, "WD", "WD"));
  CO_TRY_ASSIGN(const auto endpoint, in.optional_text("endpoint_sid", 34));
  CO_TRY_ASSIGN(const auto status, in.optional_word("status", statuses));
  CO_TRY_ASSIGN(const auto kind, in.optional_text("kind", 64));
  CO_TRY_ASSIGN(const auto resource, in.optional_text("resource_sid", 34));
  CO_TRY_ASSIGN(const auto created_after, in.optional_time("created_after"));
  CO_TRY_ASSIGN(const auto created_before, in.optional_time("created_before"));
  CO_TRY(in.finish());
  api::Conditions conditions;
  conditions.add_owner(request.account(), request.caller->live);
  conditions.add_made_from(request.caller->visible_from(request.received));
  if (request.caller->scopes != api::ScopeSet::all()) {
    conditions.add_one_of("kind", readable_kinds(request.caller->scopes));
  }
  if (endpoint) conditions.add("endpoint_sid", *endpoint, api::Index::alone);
  if (status) conditions.add("status", *status, api::Index::of_account);
  if (kind) conditions.add("kind", *kind, api::Index::of_account);
  if (resource) conditions.add("resource_sid", *resource, api::Index::alone);
  if (created_after) conditions.add_made_from(*created_after);
  if (created_before) conditions.add_made_before(*created_before);
  conditions.add_page(page);
  CO_TRY_ASSIGN(const auto deliveries,
                co_await request.database.read([&](storage::Transaction& tx) {
                  return list_deliveries(tx, *request.caller->keys, conditions, page);
                }));
  std::vector<json::object> rows;
  for (const auto& delivery : deliveries) rows.push_back(to_json(delivery));
  co_return api::page_answer(page, std::move(rows), request.raw.path, request.raw.query);
}

net::Task<Result<api::Answer>> read(api::Request& request) {
  CO_TRY(request.input().finish());
  CO_TRY_ASSIGN(
      auto body,
      co_await request.database.read([&](storage::Transaction& tx) -> Result<json::object> {
        TRY_ASSIGN(const auto delivery, find_own(tx, request));
        TRY_ASSIGN(const auto attempts, list_attempts(tx, *request.caller->keys, delivery.sid));
        auto object = to_json(delivery);
        json::array log;
        for (const auto& attempt : attempts) log.push_back(to_json(attempt));
        object["log"] = std::move(log);
        return object;
      }));
  co_return api::Answer::json(200, body);
}

net::Task<Result<api::Answer>> replay(api::Request& request, const ApiParts& parts) {
  CO_TRY(request.input().finish());
  CO_TRY_ASSIGN(
      const auto delivery,
      co_await request.database.transact([&](storage::Transaction& tx) -> Result<Delivery> {
        TRY_ASSIGN(const auto found, find_own(tx, request));
        if (!replay_delivery(tx, found.sid, parts.outbox.owner(), parts.clock.now())) {
          return fail(Errc::wrong_state, "The delivery is pending already.");
        }
        return find_own(tx, request);
      }));
  parts.replayed();
  co_return api::Answer::json(200, to_json(delivery));
}

}  // namespace

void mount_deliveries(api::Api& api, const ApiParts& parts) {
  const auto group = api::RateGroup::messages;
  const std::string all = "/v1/webhook_deliveries";
  api.add({"GET", all, std::nullopt, group, false, list});
  api.add({"GET", all + "/{sid}", std::nullopt, group, false, read});
  api.add({"POST", all + "/{sid}/replay", std::nullopt, group, false,
           [parts](api::Request& request) { return replay(request, parts); }});
}

}  // namespace cloudvno::webhooks
