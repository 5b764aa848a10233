// SQL of the table webhook_delivery.
#include "domain/webhooks/delivery_store.hpp"

#include <boost/json/array.hpp>
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

std::string print_request(const CallbackRequest& request) {
  json::array fields;
  for (const auto& [name, value] : request.fields) fields.push_back(json::array{name, value});
  return json::serialize(json::object{{"url", request.url},
                                      {"fallback_url", request.fallback_url},
                                      {"method", request.method},
                                      {"fields", std::move(fields)}});
}

CallbackRequest read_request(std::string_view text) {
  const auto value = json::parse(json::string_view(text));
  CallbackRequest request;
  request.url = value.at("url").as_string();
  request.fallback_url = value.at("fallback_url").as_string();
  request.method = value.at("method").as_string();
  for (const auto& field : value.at("fields").as_array()) {
    request.fields.emplace_back(std::string(field.at(0).as_string()),
                                std::string(field.at(1).as_string()));
  }
  return request;
}

}  // namespace

void insert_delivery(storage::Transaction& tx, const vault::Keys& keys, const Delivery& delivery) {
  tx.run(
      "INSERT INTO webhook_delivery (sid, account_sid, live, kind, resource_sid, sequence, "
      "request_sealed, "
      "status, attempts, next_attempt_at, created_at, updated_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
      delivery.sid, delivery.account, delivery.live, delivery.kind, delivery.resource_sid,
      delivery.sequence, keys.seal(request_place(delivery.sid), print_request(delivery.request)),
      status_name(delivery.status), delivery.attempts, delivery.next_attempt_at,
      delivery.created_at, delivery.created_at);
}

bool update_delivery(storage::Transaction& tx, const Delivery& delivery, Time now) {
  return tx.run(
             "UPDATE webhook_delivery SET status = $2, attempts = $3, next_attempt_at = $4, "
             "response_status = $5, failure = $6, updated_at = $7 "
             "WHERE sid = $1 AND status = 'pending' AND attempts = $8",
             delivery.sid, status_name(delivery.status), delivery.attempts,
             delivery.next_attempt_at, delivery.response_status,
             delivery.failure.empty() ? std::nullopt : std::optional(delivery.failure), now,
             delivery.attempts - 1) == 1;
}

std::vector<Delivery> list_due_deliveries(storage::Transaction& tx, accounts::Accounts& accounts,
                                          Time until, int attempts, std::int64_t most) {
  std::vector<Delivery> due;
  const auto rows = tx.query(
      "SELECT sid, account_sid, live, kind, resource_sid, sequence, request_sealed, attempts, "
      "next_attempt_at, created_at FROM webhook_delivery WHERE status = 'pending' "
      "AND next_attempt_at <= $1 AND attempts >= $2 ORDER BY next_attempt_at, sid LIMIT $3",
      until, attempts, most);
  while (rows->next()) {
    Delivery delivery;
    delivery.sid = rows->sid<DeliverySid>(0);
    delivery.account = rows->sid<AccountSid>(1);
    delivery.live = rows->boolean(2);
    delivery.kind = rows->text(3);
    delivery.resource_sid = rows->text(4);
    delivery.sequence = rows->integer(5);
    delivery.attempts = static_cast<int>(rows->integer(7));
    delivery.next_attempt_at = rows->time(8);
    delivery.created_at = rows->time(9);
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

}  // namespace cloudvno::webhooks
