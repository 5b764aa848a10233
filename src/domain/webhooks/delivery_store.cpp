// SQL of the table webhook_delivery.
#include "domain/webhooks/delivery_store.hpp"

#include <fmt/format.h>

#include "platform/cluster/node_store.hpp"

#include <boost/json/array.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/log.hpp"

namespace cloudvno::webhooks {
namespace {

namespace json = boost::json;

vault::Place request_place(const DeliverySid& sid) {
  return {"webhook_delivery", "request_sealed", sid.view()};
}

// Memory for the JSON of one row; what is longer takes from the heap.
class Scratch {
 public:
  json::storage_ptr memory() { return &memory_; }
  json::array pairs() { return json::array(memory()); }
  void add(json::array& pairs, std::string_view name, std::string_view value) {
    pairs.push_back(json::array({name, value}, memory()));
  }

 private:
  unsigned char buffer_[4096];
  json::monotonic_resource memory_{buffer_, sizeof buffer_};
};

std::string print_request(const CallbackRequest& request) {
  Scratch scratch;
  auto fields = scratch.pairs();
  for (const auto& [name, value] : request.fields) scratch.add(fields, name, value);
  return json::serialize(json::object({{"url", request.url},
                                       {"fallback_url", request.fallback_url},
                                       {"method", request.method},
                                       {"fields", std::move(fields)},
                                       {"body", request.body}},
                                      scratch.memory()));
}

CallbackRequest read_request(std::string_view text) {
  const auto value = json::parse(json::string_view(text));
  CallbackRequest request;
  request.url = value.at("url").as_string();
  request.fallback_url = value.at("fallback_url").as_string();
  request.method = value.at("method").as_string();
  if (const auto* body = value.as_object().if_contains("body")) request.body = body->as_string();
  for (const auto& field : value.at("fields").as_array()) {
    request.fields.emplace_back(std::string(field.at(0).as_string()),
                                std::string(field.at(1).as_string()));
  }
  return request;
}

// 1:1 with the columns below.
constexpr std::string_view columns =
    "SELECT sid, account_sid, live, kind, resource_sid, sequence, request_sealed, attempts, "
    "next_attempt_at, created_at, endpoint, endpoint_sid, event_sid, attempts_in_all, status, "
    "response_status, failure FROM webhook_delivery";

DeliveryStatus read_status(std::string_view name) {
  return name == "pending"     ? DeliveryStatus::pending
         : name == "succeeded" ? DeliveryStatus::succeeded
                               : DeliveryStatus::failed;
}

Delivery read_delivery(const storage::Rows& rows) {
  Delivery delivery;
  delivery.sid = rows.sid<DeliverySid>(0);
  delivery.account = rows.sid<AccountSid>(1);
  delivery.live = rows.boolean(2);
  delivery.kind = rows.text(3);
  delivery.resource_sid = rows.text(4);
  delivery.sequence = rows.integer(5);
  delivery.attempts = static_cast<int>(rows.integer(7));
  delivery.next_attempt_at = rows.time(8);
  delivery.created_at = rows.time(9);
  if (!rows.is_null(10)) delivery.endpoint = rows.copy_bytes(10);
  delivery.endpoint_sid = rows.sid<EndpointSid>(11);
  delivery.event_sid = rows.sid<EventSid>(12);
  delivery.attempts_in_all = static_cast<int>(rows.integer(13));
  delivery.status = read_status(rows.text(14));
  if (!rows.is_null(15)) delivery.response_status = static_cast<int>(rows.integer(15));
  if (!rows.is_null(16)) delivery.failure = rows.text(16);
  return delivery;
}

std::string attempt_row(const DeliverySid& sid, std::int64_t number) {
  return fmt::format("{}:{}", sid.view(), number);
}

std::string print_exchange(const Attempt& attempt) {
  Scratch scratch;
  auto headers = scratch.pairs();
  for (const auto& [name, value] : attempt.headers.all()) scratch.add(headers, name, value);
  return json::serialize(json::object({{"url", attempt.url},
                                       {"method", attempt.method},
                                       {"headers", std::move(headers)},
                                       {"body", attempt.body},
                                       {"answer", attempt.answer}},
                                      scratch.memory()));
}

void read_exchange(std::string_view text, Attempt& attempt) {
  const auto value = json::parse(json::string_view(text));
  attempt.url = value.at("url").as_string();
  attempt.method = value.at("method").as_string();
  for (const auto& header : value.at("headers").as_array()) {
    attempt.headers.add(std::string(header.at(0).as_string()),
                        std::string(header.at(1).as_string()));
  }
  attempt.body = value.at("body").as_string();
  attempt.answer = value.at("answer").as_string();
}

}  // namespace

void insert_delivery(storage::Transaction& tx, const vault::Keys& keys, const Delivery& delivery,
                     std::string_view owner) {
  tx.run(
      "INSERT INTO webhook_delivery (sid, account_sid, live, kind, resource_sid, sequence, "
      "request_sealed, status, attempts, next_attempt_at, created_at, updated_at, endpoint, "
      "endpoint_sid, event_sid, owner) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
      delivery.sid, delivery.account, delivery.live, delivery.kind, delivery.resource_sid,
      delivery.sequence, keys.seal(request_place(delivery.sid), print_request(delivery.request)),
      status_name(delivery.status), delivery.attempts, delivery.next_attempt_at,
      delivery.created_at, delivery.created_at, delivery.endpoint, delivery.endpoint_sid,
      delivery.event_sid, owner);
}

Update update_delivery(storage::Transaction& tx, const Delivery& delivery, std::string_view owner,
                       Time now) {
  // Asked for each way, the usual one first: RETURNING costs SQLite a table of its own.
  for (const bool forgotten : {false, true}) {
    const std::int64_t updated = tx.run(
        "UPDATE webhook_delivery SET status = $2, attempts = $3, next_attempt_at = $4, "
        "response_status = $5, failure = $6, updated_at = $7, attempts_in_all = $8 "
        "WHERE sid = $1 AND status = 'pending' AND attempts_in_all = $9 AND owner = $10 "
        "AND forgotten = $11",
        delivery.sid, status_name(delivery.status), delivery.attempts, delivery.next_attempt_at,
        delivery.response_status,
        delivery.failure.empty() ? std::nullopt : std::optional(delivery.failure), now,
        delivery.attempts_in_all, delivery.attempts_in_all - 1, owner, forgotten);
    if (updated == 1) return forgotten ? Update::forgotten : Update::done;
  }
  return Update::refused;
}

Bytes seal_exchange(const vault::Keys& keys, const DeliverySid& delivery, const Attempt& attempt) {
  return keys.seal({"webhook_attempt", "exchange_sealed", attempt_row(delivery, attempt.number)},
                   print_exchange(attempt));
}

void insert_attempt(storage::Transaction& tx, const Delivery& delivery, const Attempt& attempt,
                    ByteView exchange) {
  tx.run(
      "INSERT INTO webhook_attempt (delivery_sid, number, account_sid, begun_at, duration_us, "
      "response_status, failure, exchange_sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
      delivery.sid, attempt.number, delivery.account, attempt.begun_at, attempt.duration.count(),
      attempt.response_status,
      attempt.failure.empty() ? std::nullopt : std::optional(attempt.failure), exchange);
}

void update_exchange(storage::Transaction& tx, const vault::Keys& keys, const DeliverySid& delivery,
                     const Attempt& attempt) {
  tx.run("UPDATE webhook_attempt SET exchange_sealed = $3 WHERE delivery_sid = $1 AND number = $2",
         delivery, attempt.number, seal_exchange(keys, delivery, attempt));
}

void forget_request(storage::Transaction& tx, const vault::Keys& keys, const Delivery& delivery) {
  tx.run("UPDATE webhook_delivery SET request_sealed = $2, forgotten = $3 WHERE sid = $1",
         delivery.sid, keys.seal(request_place(delivery.sid), print_request(delivery.request)),
         true);
}

Result<std::vector<Delivery>> list_deliveries_of(storage::Transaction& tx, const vault::Keys& keys,
                                                 const AccountSid& account,
                                                 std::string_view resource_sid) {
  static const std::string sql =
      fmt::format("{} WHERE resource_sid = $1 AND account_sid = $2", columns);
  std::vector<Delivery> deliveries;
  const auto rows = tx.query_for_update(sql, resource_sid, account);
  while (rows->next()) {
    auto delivery = read_delivery(*rows);
    TRY_ASSIGN(const auto request, keys.open(request_place(delivery.sid), rows->bytes(6)));
    delivery.request = read_request(request);
    deliveries.push_back(std::move(delivery));
  }
  return deliveries;
}

std::int64_t move_deliveries(storage::Transaction& tx, std::string_view from, std::string_view to) {
  return tx.run(
      "UPDATE webhook_delivery SET owner = $2 WHERE owner = $1 AND status = 'pending' AND sid IN "
      "(SELECT sid FROM webhook_delivery WHERE owner = $1 AND status = 'pending' LIMIT $3)",
      from, to, cluster::most_moved);
}

std::optional<DueEndpoint> next_due_endpoint(storage::Transaction& tx, std::string_view owner,
                                             ByteView after) {
  const auto rows = tx.query(
      "SELECT endpoint, next_attempt_at FROM webhook_delivery WHERE owner = $1 "
      "AND status = 'pending' AND endpoint > $2 ORDER BY endpoint, next_attempt_at LIMIT 1",
      owner, after);
  if (!rows->next()) return std::nullopt;
  return DueEndpoint{rows->copy_bytes(0), rows->time(1)};
}

std::vector<Delivery> list_due_deliveries(storage::Transaction& tx, accounts::Accounts& accounts,
                                          std::string_view owner, ByteView endpoint, Time until,
                                          std::int64_t most) {
  // Past its time: a hold may keep it, or a clock in doubt, but it is sent no more. Said here, so
  // that it takes no place of those behind it.
  static const std::string sql = fmt::format(
      "{} WHERE owner = $1 AND endpoint = $2 AND status = 'pending' "
      "AND next_attempt_at <= $3 AND NOT EXISTS (SELECT 1 FROM account "
      "WHERE account.sid = webhook_delivery.account_sid "
      "AND webhook_delivery.created_at + account.retention_days * {} < $3) "
      "ORDER BY next_attempt_at, sid LIMIT $4",
      columns, Micros(std::chrono::days(1)).count());
  std::vector<Delivery> due;
  const auto rows = tx.query(sql, owner, endpoint, until, most);
  while (rows->next()) {
    auto delivery = read_delivery(*rows);
    const auto account = accounts.find(tx, delivery.account);
    auto request = account ? (*account)->keys->open(request_place(delivery.sid), rows->bytes(6))
                           : Result<std::string>(fail(account.error()));
    if (!request) {
      log::error("webhooks.unreadable", {{"delivery", delivery.sid.view()}});
      continue;
    }
    delivery.request = read_request(*request);
    due.push_back(std::move(delivery));
  }
  return due;
}

std::optional<Time> next_due_time(storage::Transaction& tx, std::string_view owner,
                                  ByteView endpoint, Time until) {
  const auto rows = tx.query(
      "SELECT next_attempt_at FROM webhook_delivery WHERE owner = $1 AND endpoint = $2 "
      "AND status = 'pending' AND next_attempt_at > $3 ORDER BY next_attempt_at LIMIT 1",
      owner, endpoint, until);
  return rows->next() ? std::optional(rows->time(0)) : std::nullopt;
}

Result<Delivery> find_delivery(storage::Transaction& tx, const vault::Keys& keys,
                               const AccountSid& account, const DeliverySid& sid) {
  static const std::string sql = fmt::format("{} WHERE sid = $1 AND account_sid = $2", columns);
  const auto rows = tx.query(sql, sid, account);
  if (!rows->next()) return fail(Errc::not_found);
  auto delivery = read_delivery(*rows);
  TRY_ASSIGN(const auto request, keys.open(request_place(sid), rows->bytes(6)));
  delivery.request = read_request(request);
  return delivery;
}

Result<std::vector<Delivery>> list_deliveries(storage::Transaction& tx, const vault::Keys& keys,
                                              const api::Conditions& conditions,
                                              const api::PageQuery& page) {
  std::vector<Delivery> deliveries;
  const auto where = conditions.where(tx, "webhook_delivery");
  const auto rows = tx.query_text(fmt::format("{}{}{}", columns, where.text, api::page_order(page)),
                                  where.parameters);
  while (rows->next()) {
    auto delivery = read_delivery(*rows);
    TRY_ASSIGN(const auto request, keys.open(request_place(delivery.sid), rows->bytes(6)));
    delivery.request = read_request(request);
    deliveries.push_back(std::move(delivery));
  }
  return deliveries;
}

Result<std::vector<Attempt>> list_attempts(storage::Transaction& tx, const vault::Keys& keys,
                                           const DeliverySid& sid) {
  std::vector<Attempt> attempts;
  const auto rows = tx.query(
      "SELECT number, begun_at, duration_us, response_status, failure, exchange_sealed "
      "FROM webhook_attempt WHERE delivery_sid = $1 ORDER BY number",
      sid);
  while (rows->next()) {
    Attempt attempt;
    attempt.number = static_cast<int>(rows->integer(0));
    attempt.begun_at = rows->time(1);
    attempt.duration = Micros(rows->integer(2));
    if (!rows->is_null(3)) attempt.response_status = static_cast<int>(rows->integer(3));
    if (!rows->is_null(4)) attempt.failure = rows->text(4);
    TRY_ASSIGN(const auto exchange,
               keys.open({"webhook_attempt", "exchange_sealed", attempt_row(sid, attempt.number)},
                         rows->bytes(5)));
    read_exchange(exchange, attempt);
    attempts.push_back(std::move(attempt));
  }
  return attempts;
}

bool replay_delivery(storage::Transaction& tx, const DeliverySid& sid, std::string_view owner,
                     Time now) {
  return tx.run(
             "UPDATE webhook_delivery SET status = 'pending', attempts = 0, next_attempt_at = $2, "
             "owner = $3, updated_at = $2 WHERE sid = $1 AND status <> 'pending'",
             sid, now, owner) == 1;
}

std::int64_t replay_failed(storage::Transaction& tx, const AccountSid& account,
                           const EndpointSid& endpoint, Time since, std::string_view owner,
                           Time now, std::int64_t most) {
  return tx.run(
      "UPDATE webhook_delivery SET status = 'pending', attempts = 0, next_attempt_at = $4, "
      "owner = $5, updated_at = $4 WHERE sid IN (SELECT sid FROM webhook_delivery "
      "WHERE endpoint_sid = $1 AND status = 'failed' AND account_sid = $2 AND created_at >= $3 "
      "ORDER BY sid LIMIT $6)",
      endpoint, account, since, now, owner, most);
}

}  // namespace cloudvno::webhooks
