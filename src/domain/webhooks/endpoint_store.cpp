// SQL of the tables webhook_endpoint and event.
#include "domain/webhooks/endpoint_store.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace cloudvno::webhooks {
namespace {

vault::Place place(std::string_view column, const EndpointSid& sid) {
  return {"webhook_endpoint", column, sid.view()};
}

std::vector<std::string> split_types(std::string_view text) {
  std::vector<std::string> types;
  while (!text.empty()) {
    const auto end = std::min(text.find(','), text.size());
    types.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return types;
}

std::string_view status_of(const Endpoint& endpoint) {
  return endpoint.enabled ? "enabled" : "disabled";
}

std::optional<Bytes> seal_old_secret(const vault::Keys& keys, const Endpoint& endpoint) {
  if (endpoint.old_secret.empty()) return std::nullopt;
  return keys.seal(place("old_secret_sealed", endpoint.sid), endpoint.old_secret);
}

std::optional<std::string> text_or_null(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

constexpr std::string_view columns =
    "SELECT sid, account_sid, live, url_sealed, description_sealed, event_types, secret_sealed, "
    "old_secret_sealed, old_secret_until, status, disabled_because, failing_since, created_at, "
    "updated_at, failing_days, failed_on FROM webhook_endpoint";

Result<Endpoint> read_row(const storage::Rows& rows, const vault::Keys& keys) {
  Endpoint endpoint;
  endpoint.sid = rows.sid<EndpointSid>(0);
  endpoint.account = rows.sid<AccountSid>(1);
  endpoint.live = rows.boolean(2);
  TRY_ASSIGN(endpoint.url, keys.open(place("url_sealed", endpoint.sid), rows.bytes(3)));
  TRY_ASSIGN(endpoint.description,
             keys.open(place("description_sealed", endpoint.sid), rows.bytes(4)));
  endpoint.event_types = split_types(rows.text(5));
  TRY_ASSIGN(endpoint.secret, keys.open(place("secret_sealed", endpoint.sid), rows.bytes(6)));
  if (!rows.is_null(7)) {
    TRY_ASSIGN(endpoint.old_secret,
               keys.open(place("old_secret_sealed", endpoint.sid), rows.bytes(7)));
  }
  endpoint.old_secret_until = rows.optional_time(8);
  endpoint.enabled = rows.text(9) == "enabled";
  if (!rows.is_null(10)) endpoint.disabled_because = rows.text(10);
  endpoint.failing_since = rows.optional_time(11);
  endpoint.created_at = rows.time(12);
  endpoint.updated_at = rows.time(13);
  endpoint.failing_days = static_cast<int>(rows.integer(14));
  if (!rows.is_null(15)) endpoint.failed_on = rows.integer(15);
  return endpoint;
}

}  // namespace

bool Endpoint::takes(std::string_view event_type) const {
  return std::ranges::any_of(
      event_types, [&](const std::string& name) { return name == "*" || name == event_type; });
}

std::vector<std::string> Endpoint::secrets(Time now) const {
  std::vector<std::string> signing{secret};
  if (!old_secret.empty() && old_secret_until && now < *old_secret_until) {
    signing.push_back(old_secret);
  }
  return signing;
}

void insert_endpoint(storage::Transaction& tx, const vault::Keys& keys, const Endpoint& endpoint) {
  tx.run(
      "INSERT INTO webhook_endpoint (sid, account_sid, live, url_sealed, description_sealed, "
      "event_types, secret_sealed, status, created_at, updated_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
      endpoint.sid, endpoint.account, endpoint.live,
      keys.seal(place("url_sealed", endpoint.sid), endpoint.url),
      keys.seal(place("description_sealed", endpoint.sid), endpoint.description),
      fmt::format("{}", fmt::join(endpoint.event_types, ",")),
      keys.seal(place("secret_sealed", endpoint.sid), endpoint.secret), status_of(endpoint),
      endpoint.created_at, endpoint.updated_at);
}

void update_endpoint(storage::Transaction& tx, const vault::Keys& keys, const Endpoint& endpoint) {
  tx.run(
      "UPDATE webhook_endpoint SET url_sealed = $2, description_sealed = $3, event_types = $4, "
      "secret_sealed = $5, old_secret_sealed = $6, old_secret_until = $7, status = $8, "
      "disabled_because = $9, failing_since = $10, updated_at = $11, failing_days = $12, "
      "failed_on = $13 WHERE sid = $1",
      endpoint.sid, keys.seal(place("url_sealed", endpoint.sid), endpoint.url),
      keys.seal(place("description_sealed", endpoint.sid), endpoint.description),
      fmt::format("{}", fmt::join(endpoint.event_types, ",")),
      keys.seal(place("secret_sealed", endpoint.sid), endpoint.secret),
      seal_old_secret(keys, endpoint), endpoint.old_secret_until, status_of(endpoint),
      text_or_null(endpoint.disabled_because), endpoint.failing_since, endpoint.updated_at,
      endpoint.failing_days, endpoint.failed_on);
}

void delete_endpoint(storage::Transaction& tx, const EndpointSid& sid) {
  tx.run("DELETE FROM webhook_endpoint WHERE sid = $1", sid);
}

Result<Endpoint> find_endpoint(storage::Transaction& tx, const vault::Keys& keys,
                               const AccountSid& account, const EndpointSid& sid) {
  static const std::string sql = fmt::format("{} WHERE sid = $1 AND account_sid = $2", columns);
  const auto rows = tx.query(sql, sid, account);
  if (!rows->next()) return fail(Errc::not_found);
  return read_row(*rows, keys);
}

Result<std::vector<Endpoint>> list_endpoints(storage::Transaction& tx, const vault::Keys& keys,
                                             const api::Conditions& conditions,
                                             const api::PageQuery& page) {
  std::vector<Endpoint> endpoints;
  const auto where = conditions.where(tx, "webhook_endpoint");
  const auto rows = tx.query_text(fmt::format("{}{}{}", columns, where.text, api::page_order(page)),
                                  where.parameters);
  while (rows->next()) {
    TRY_ASSIGN(auto endpoint, read_row(*rows, keys));
    endpoints.push_back(std::move(endpoint));
  }
  return endpoints;
}

std::int64_t count_enabled(storage::Transaction& tx, const AccountSid& account, bool live) {
  const auto rows = tx.query(
      "SELECT count(*) FROM webhook_endpoint WHERE account_sid = $1 AND live = $2 "
      "AND status = 'enabled'",
      account, live);
  return rows->next() ? rows->integer(0) : 0;
}

std::vector<EndpointSid> list_takers(storage::Transaction& tx, const AccountSid& account, bool live,
                                     std::string_view event_type) {
  std::vector<EndpointSid> takers;
  const auto rows = tx.query(
      "SELECT sid, event_types FROM webhook_endpoint WHERE account_sid = $1 AND live = $2 "
      "AND status = 'enabled'",
      account, live);
  while (rows->next()) {
    Endpoint endpoint;
    endpoint.event_types = split_types(rows->text(1));
    if (endpoint.takes(event_type)) takers.push_back(rows->sid<EndpointSid>(0));
  }
  return takers;
}

void note_failing(storage::Transaction& tx, Endpoint& endpoint, Time now) {
  const std::int64_t today = now.time_since_epoch() / std::chrono::days(1);
  if (endpoint.failing_since && endpoint.failed_on == today) return;
  if (!endpoint.failing_since) endpoint.failing_since = now;
  endpoint.failed_on = today;
  ++endpoint.failing_days;
  tx.run(
      "UPDATE webhook_endpoint SET failing_since = $2, failing_days = $3, failed_on = $4 "
      "WHERE sid = $1",
      endpoint.sid, endpoint.failing_since, endpoint.failing_days, endpoint.failed_on);
}

void note_working(storage::Transaction& tx, const EndpointSid& sid) {
  tx.run(
      "UPDATE webhook_endpoint SET failing_since = NULL, failing_days = 0, failed_on = NULL "
      "WHERE sid = $1 AND failing_since IS NOT NULL",
      sid);
}

bool disable_endpoint(storage::Transaction& tx, const EndpointSid& sid, std::string_view because,
                      Time now) {
  return tx.run(
             "UPDATE webhook_endpoint SET status = 'disabled', disabled_because = $2, "
             "updated_at = $3 WHERE sid = $1 AND status = 'enabled'",
             sid, because, now) == 1;
}

void insert_event(storage::Transaction& tx, const vault::Keys& keys, const Event& event) {
  tx.run(
      "INSERT INTO event (sid, account_sid, live, type, resource_sid, sequence, data_sealed, "
      "created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
      event.sid, event.account, event.live, event.type, event.resource_sid, event.sequence,
      keys.seal({"event", "data_sealed", event.sid.view()}, event.data), event.created_at);
}

namespace {

constexpr std::string_view event_columns =
    "SELECT sid, account_sid, live, type, resource_sid, sequence, data_sealed, created_at "
    "FROM event";

Result<std::vector<Event>> read_events(storage::Rows& rows, const vault::Keys& keys) {
  std::vector<Event> events;
  while (rows.next()) {
    Event event;
    event.sid = rows.sid<EventSid>(0);
    event.account = rows.sid<AccountSid>(1);
    event.live = rows.boolean(2);
    event.type = rows.text(3);
    event.resource_sid = rows.text(4);
    event.sequence = rows.integer(5);
    TRY_ASSIGN(event.data, keys.open({"event", "data_sealed", event.sid.view()}, rows.bytes(6)));
    event.created_at = rows.time(7);
    events.push_back(std::move(event));
  }
  return events;
}

}  // namespace

Result<std::vector<Event>> list_events(storage::Transaction& tx, const vault::Keys& keys,
                                       const api::Conditions& conditions,
                                       const api::PageQuery& page) {
  const auto where = conditions.where(tx, "event");
  const auto rows = tx.query_text(
      fmt::format("{}{}{}", event_columns, where.text, api::page_order(page)), where.parameters);
  return read_events(*rows, keys);
}

Result<std::vector<Event>> list_events_of(storage::Transaction& tx, const vault::Keys& keys,
                                          const AccountSid& account,
                                          std::string_view resource_sid) {
  static const std::string sql =
      fmt::format("{} WHERE resource_sid = $1 AND account_sid = $2", event_columns);
  const auto rows = tx.query_for_update(sql, resource_sid, account);
  return read_events(*rows, keys);
}

void update_event_data(storage::Transaction& tx, const vault::Keys& keys, const Event& event) {
  tx.run("UPDATE event SET data_sealed = $2 WHERE sid = $1", event.sid,
         keys.seal({"event", "data_sealed", event.sid.view()}, event.data));
}

}  // namespace cloudvno::webhooks
