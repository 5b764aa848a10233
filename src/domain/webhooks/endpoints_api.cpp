// /v1/webhook_endpoints: make, list, read, change, delete, rotate the secret, replay what failed.
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/random.hpp"
#include "domain/api/page.hpp"
#include "domain/webhooks/delivery_store.hpp"
#include "domain/webhooks/endpoint_store.hpp"
#include "domain/webhooks/webhooks_api.hpp"

namespace cloudvno::webhooks {
namespace {

namespace json = boost::json;

constexpr std::int64_t replays_a_step = 1'000;

std::string new_secret() {
  return "whsec_" + to_base64(random_bytes(32));
}

json::object to_json(const Endpoint& endpoint, Time now) {
  json::array types;
  for (const auto& type : endpoint.event_types) types.emplace_back(type);
  const bool rotating = endpoint.secrets(now).size() > 1;
  return {{"sid", endpoint.sid.view()},
          {"account_sid", endpoint.account.view()},
          {"url", endpoint.url},
          {"description", endpoint.description},
          {"event_types", std::move(types)},
          {"mode", endpoint.live ? "live" : "test"},
          {"status", endpoint.enabled ? "enabled" : "disabled"},
          {"disabled_because", endpoint.disabled_because.empty()
                                   ? json::value(nullptr)
                                   : json::value(endpoint.disabled_because)},
          {"failing_since", api::json_time(endpoint.failing_since)},
          {"old_secret_until",
           rotating ? api::json_time(endpoint.old_secret_until) : json::value(nullptr)},
          {"date_created", to_iso8601(endpoint.created_at)},
          {"date_updated", to_iso8601(endpoint.updated_at)}};
}

// Names separated by commas or blanks, or "*"; each one that exists, once.
Result<std::vector<std::string>> read_types(const std::string& text, const api::ScopeSet& scopes) {
  constexpr std::string_view separators = ", ";
  std::vector<std::string> names;
  for (std::size_t at = 0; at < text.size();) {
    const auto begin = text.find_first_not_of(separators, at);
    if (begin == std::string::npos) break;
    at = std::min(text.find_first_of(separators, begin), text.size());
    auto name = text.substr(begin, at - begin);
    if (std::ranges::count(names, name) == 0) names.push_back(std::move(name));
  }
  if (names.empty()) {
    return fail(Errc::invalid_parameter, "`event_types` names no event type.", "event_types");
  }
  for (const auto& name : names) {
    const auto* type = find_event_type(name);
    if (!type && (name != "*" || names.size() > 1)) {
      std::string known;
      for (const auto& each : event_types()) known += fmt::format(" {}", each.name);
      return fail(Errc::invalid_parameter,
                  fmt::format("`event_types` takes \"*\" alone, or some of:{}.", known),
                  "event_types");
    }
    for (const auto& each : event_types()) {
      if ((name == "*" || each.name == name) && each.scope && !scopes.has(*each.scope)) {
        return fail(Errc::insufficient_permissions,
                    fmt::format("An endpoint that takes {} needs the scope {}.", each.name,
                                api::scope_name(*each.scope)));
      }
    }
  }
  return names;
}

Result<> may_change(const Endpoint& endpoint, const api::ScopeSet& scopes) {
  std::string names;
  for (const auto& name : endpoint.event_types) names += name + ",";
  TRY(read_types(names, scopes));
  return {};
}

Result<Endpoint> find_own(storage::Transaction& tx, const api::Request& request) {
  const auto sid = EndpointSid::parse(request.path_arguments[0]);
  if (!sid) return fail(Errc::not_found);
  TRY_ASSIGN(auto endpoint, find_endpoint(tx, *request.caller->keys, request.account(), *sid));
  if (endpoint.live != request.caller->live) return fail(Errc::not_found);
  return endpoint;
}

Result<> check_room(storage::Transaction& tx, const api::Request& request) {
  if (count_enabled(tx, request.account(), request.caller->live) < most_endpoints) return {};
  return fail(Errc::wrong_state,
              fmt::format("An account has at most {} enabled webhook endpoints.", most_endpoints));
}

Result<> check_url(const std::string& url) {
  if (url.empty()) return fail(Errc::invalid_parameter, "`url` must not be empty.", "url");
  return {};
}

net::Task<Result<api::Answer>> create(api::Request& request) {
  auto in = request.input();
  CO_TRY_ASSIGN(const auto url, in.optional_url("url"));
  CO_TRY_ASSIGN(const auto types, in.optional_text("event_types", 1'000));
  CO_TRY_ASSIGN(const auto description, in.optional_text("description", 256));
  CO_TRY(in.finish());
  if (!url) co_return fail(Errc::missing_parameter, "`url` is missing.", "url");
  CO_TRY(check_url(*url));
  Endpoint endpoint;
  CO_TRY_ASSIGN(endpoint.event_types, read_types(types.value_or("*"), request.caller->scopes));
  endpoint.sid = EndpointSid::make(request.received);
  endpoint.account = request.account();
  endpoint.live = request.caller->live;
  endpoint.url = *url;
  endpoint.description = description.value_or("");
  endpoint.secret = new_secret();
  endpoint.created_at = endpoint.updated_at = request.received;
  co_return co_await request.commit([&](storage::Transaction& tx) -> Result<api::Answer> {
    TRY(check_room(tx, request));
    insert_endpoint(tx, *request.caller->keys, endpoint);
    auto body = to_json(endpoint, request.received);
    body["secret"] = endpoint.secret;
    return api::Answer::json(201, body);
  });
}

net::Task<Result<api::Answer>> list(api::Request& request) {
  auto in = request.input();
  CO_TRY_ASSIGN(const auto page, api::read_page_query(in, "WE", "WE"));
  CO_TRY(in.finish());
  api::Conditions conditions;
  conditions.add_owner(request.account(), request.caller->live);
  conditions.add_page(page);
  CO_TRY_ASSIGN(const auto endpoints, co_await request.database.read([&](storage::Transaction& tx) {
    return list_endpoints(tx, *request.caller->keys, conditions, page);
  }));
  std::vector<json::object> rows;
  for (const auto& endpoint : endpoints) rows.push_back(to_json(endpoint, request.received));
  co_return api::page_answer(page, std::move(rows), request.raw.path, request.raw.query);
}

net::Task<Result<api::Answer>> read(api::Request& request) {
  CO_TRY(request.input().finish());
  CO_TRY_ASSIGN(const auto endpoint, co_await request.database.read([&](storage::Transaction& tx) {
    return find_own(tx, request);
  }));
  co_return api::Answer::json(200, to_json(endpoint, request.received));
}

net::Task<Result<api::Answer>> update(api::Request& request) {
  constexpr std::string_view statuses[] = {"enabled", "disabled"};
  auto in = request.input();
  CO_TRY_ASSIGN(const auto url, in.optional_url("url"));
  CO_TRY_ASSIGN(const auto types, in.optional_text("event_types", 1'000));
  CO_TRY_ASSIGN(const auto description, in.optional_text("description", 256));
  CO_TRY_ASSIGN(const auto status, in.optional_word("status", statuses));
  CO_TRY(in.finish());
  if (url) CO_TRY(check_url(*url));
  CO_TRY_ASSIGN(
      const auto changed,
      co_await request.database.transact([&](storage::Transaction& tx) -> Result<Endpoint> {
        TRY_ASSIGN(auto endpoint, find_own(tx, request));
        TRY(may_change(endpoint, request.caller->scopes));
        if (url) endpoint.url = *url;
        if (types) {
          TRY_ASSIGN(endpoint.event_types, read_types(*types, request.caller->scopes));
        }
        if (description) endpoint.description = *description;
        if (status == "enabled" && !endpoint.enabled) {
          TRY(check_room(tx, request));
          endpoint.enabled = true;
          endpoint.disabled_because.clear();
          endpoint.failing_since.reset();
          endpoint.failing_days = 0;
          endpoint.failed_on.reset();
        }
        if (status == "disabled" && endpoint.enabled) {
          endpoint.enabled = false;
          endpoint.disabled_because = "the account did it";
        }
        endpoint.updated_at = request.received;
        update_endpoint(tx, *request.caller->keys, endpoint);
        return endpoint;
      }));
  co_return api::Answer::json(200, to_json(changed, request.received));
}

net::Task<Result<api::Answer>> remove(api::Request& request) {
  CO_TRY(request.input().finish());
  CO_TRY(co_await request.database.transact([&](storage::Transaction& tx) -> Result<> {
    TRY_ASSIGN(const auto endpoint, find_own(tx, request));
    TRY(may_change(endpoint, request.caller->scopes));
    delete_endpoint(tx, endpoint.sid);
    return {};
  }));
  co_return api::Answer::empty();
}

net::Task<Result<api::Answer>> rotate(api::Request& request) {
  constexpr std::int64_t longest_overlap = 7 * 86'400;
  auto in = request.input();
  CO_TRY_ASSIGN(const auto overlap, in.optional_integer("overlap", 0, longest_overlap));
  CO_TRY(in.finish());
  const auto kept = overlap ? std::chrono::seconds(*overlap)
                            : std::chrono::duration_cast<std::chrono::seconds>(default_overlap);
  const auto secret = new_secret();
  co_return co_await request.commit([&](storage::Transaction& tx) -> Result<api::Answer> {
    TRY_ASSIGN(auto endpoint, find_own(tx, request));
    TRY(may_change(endpoint, request.caller->scopes));
    endpoint.old_secret = std::exchange(endpoint.secret, secret);
    endpoint.old_secret_until = request.received + kept;
    endpoint.updated_at = request.received;
    update_endpoint(tx, *request.caller->keys, endpoint);
    auto body = to_json(endpoint, request.received);
    body["secret"] = endpoint.secret;
    return api::Answer::json(200, body);
  });
}

// In steps, so that a long list does not hold the store. Interrupted, the next call does the rest.
net::Task<Result<api::Answer>> replay(api::Request& request, const ApiParts& parts) {
  auto in = request.input();
  CO_TRY_ASSIGN(const auto since, in.optional_time("since"));
  CO_TRY(in.finish());
  if (!since) {
    co_return fail(Errc::missing_parameter,
                   "`since` is missing: the time from which what failed is sent again.", "since");
  }
  // What is past its time is not sent again either.
  const auto from = std::max(*since, request.caller->visible_from(request.received));
  std::int64_t all = 0;
  for (std::int64_t rows = replays_a_step; rows == replays_a_step; all += rows) {
    CO_TRY_ASSIGN(
        rows,
        co_await request.database.transact([&](storage::Transaction& tx) -> Result<std::int64_t> {
          TRY_ASSIGN(const auto endpoint, find_own(tx, request));
          TRY(may_change(endpoint, request.caller->scopes));
          if (!endpoint.enabled) {
            return fail(Errc::wrong_state, "The endpoint is disabled; enable it first.");
          }
          return replay_failed(tx, request.account(), endpoint.sid, from, parts.outbox.owner(),
                               parts.clock.now(), replays_a_step);
        }));
    parts.replayed();
  }
  co_return api::Answer::json(200, {{"replayed", all}});
}

}  // namespace

std::string print_endpoint_notice(const Endpoint& endpoint, std::string_view because,
                                  const DeliverySid& delivery) {
  return json::serialize(json::object{{"sid", endpoint.sid.view()},
                                      {"url", endpoint.url},
                                      {"status", "disabled"},
                                      {"disabled_because", because},
                                      {"last_delivery", delivery.view()}});
}

void mount_endpoints(api::Api& api, const ApiParts& parts) {
  const auto group = api::RateGroup::messages;
  const std::string all = "/v1/webhook_endpoints";
  const std::string one = all + "/{sid}";
  api.add({"POST", all, std::nullopt, group, true, create});
  api.add({"GET", all, std::nullopt, group, false, list});
  api.add({"GET", one, std::nullopt, group, false, read});
  api.add({"POST", one, std::nullopt, group, false, update});
  api.add({"DELETE", one, std::nullopt, group, false, remove});
  api.add({"POST", one + "/rotate_secret", std::nullopt, group, true, rotate});
  api.add({"POST", one + "/replay", std::nullopt, group, false,
           [parts](api::Request& request) { return replay(request, parts); }});
}

void mount_webhooks(api::Api& api, const ApiParts& parts) {
  mount_endpoints(api, parts);
  mount_events(api);
  mount_deliveries(api, parts);
}

}  // namespace cloudvno::webhooks
