// /v1/events: what happened, newest first.
#include <boost/json/parse.hpp>

#include "domain/api/page.hpp"
#include "domain/webhooks/endpoint_store.hpp"
#include "domain/webhooks/webhooks_api.hpp"

namespace cloudvno::webhooks {
namespace {

namespace json = boost::json;

json::object to_json(const Event& event) {
  return {{"sid", event.sid.view()},
          {"type", event.type},
          {"resource_sid", event.resource_sid},
          {"sequence", event.sequence},
          {"data", json::parse(event.data)},
          {"date_created", to_iso8601(event.created_at)}};
}

net::Task<Result<api::Answer>> list(api::Request& request) {
  auto in = request.input();
  CO_TRY_ASSIGN(const auto page, api::read_page_query(in, "EV", "EV"));
  CO_TRY_ASSIGN(const auto type, in.optional_text("type", 64));
  CO_TRY_ASSIGN(const auto resource, in.optional_text("resource_sid", 34));
  CO_TRY_ASSIGN(const auto created_after, in.optional_time("created_after"));
  CO_TRY_ASSIGN(const auto created_before, in.optional_time("created_before"));
  CO_TRY(in.finish());
  api::Conditions conditions;
  conditions.add_owner(request.account(), request.caller->live);
  conditions.add_made_from(request.caller->visible_from(request.received));
  if (request.caller->scopes != api::ScopeSet::all()) {
    conditions.add_one_of("type", readable_kinds(request.caller->scopes));
  }
  if (type) conditions.add("type", *type, api::Index::of_account);
  if (resource) conditions.add("resource_sid", *resource, api::Index::alone);
  if (created_after) conditions.add_made_from(*created_after);
  if (created_before) conditions.add_made_before(*created_before);
  conditions.add_page(page);
  CO_TRY_ASSIGN(const auto events, co_await request.database.read([&](storage::Transaction& tx) {
    return list_events(tx, *request.caller->keys, conditions, page);
  }));
  std::vector<json::object> rows;
  for (const auto& event : events) rows.push_back(to_json(event));
  co_return api::page_answer(page, std::move(rows), request.raw.path, request.raw.query);
}

}  // namespace

void mount_events(api::Api& api) {
  api.add({"GET", "/v1/events", std::nullopt, api::RateGroup::messages, false, list});
}

}  // namespace cloudvno::webhooks
