// Taking content out of what was told.
#include "domain/webhooks/forget_resource.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "domain/webhooks/delivery_store.hpp"
#include "domain/webhooks/endpoint_store.hpp"

namespace cloudvno::webhooks {
namespace {

namespace json = boost::json;

void forget_members(json::object& data, const Content& content) {
  for (const auto& name : content.members) {
    if (auto* member = data.if_contains(name)) *member = "";
  }
}

Result<> forget_in_events(storage::Transaction& tx, const vault::Keys& keys,
                          const AccountSid& account, std::string_view resource_sid,
                          const Content& content) {
  TRY_ASSIGN(const auto events, list_events_of(tx, keys, account, resource_sid));
  for (auto event : events) {
    auto data = json::parse(event.data);
    forget_members(data.as_object(), content);
    event.data = json::serialize(data);
    update_event_data(tx, keys, event);
  }
  return {};
}

void forget_in_request(CallbackRequest& request, const Content& content) {
  for (auto& [name, value] : request.fields) {
    if (std::ranges::find(content.fields, name) != content.fields.end()) value.clear();
  }
  if (request.body.empty()) return;
  auto event = json::parse(request.body);
  forget_members(event.at("data").as_object(), content);
  request.body = json::serialize(event);
}

}  // namespace

void forget_exchange(Attempt& attempt) {
  attempt.url.resize(std::min(attempt.url.find('?'), attempt.url.size()));
  attempt.body.clear();
  attempt.answer.clear();
}

Result<> forget_in_resource(storage::Transaction& tx, const vault::Keys& keys,
                            const AccountSid& account, std::string_view resource_sid,
                            const Content& content) {
  TRY(forget_in_events(tx, keys, account, resource_sid, content));
  TRY_ASSIGN(auto deliveries, list_deliveries_of(tx, keys, account, resource_sid));
  for (auto& delivery : deliveries) {
    forget_in_request(delivery.request, content);
    forget_request(tx, keys, delivery);
    TRY_ASSIGN(auto attempts, list_attempts(tx, keys, delivery.sid));
    for (auto& attempt : attempts) {
      forget_exchange(attempt);
      update_exchange(tx, keys, delivery.sid, attempt);
    }
  }
  return {};
}

Result<> forget_answers(storage::Transaction& tx, const vault::Keys& keys,
                        const AccountSid& account, std::string_view resource_sid) {
  TRY_ASSIGN(const auto deliveries, list_deliveries_of(tx, keys, account, resource_sid));
  for (const auto& delivery : deliveries) {
    TRY_ASSIGN(auto attempts, list_attempts(tx, keys, delivery.sid));
    for (auto& attempt : attempts) {
      if (attempt.answer.empty()) continue;
      attempt.answer.clear();
      update_exchange(tx, keys, delivery.sid, attempt);
    }
  }
  return {};
}

void delete_of_resource(storage::Transaction& tx, const AccountSid& account,
                        std::string_view resource_sid) {
  // The deliveries first: from then on nobody logs another attempt of them.
  std::vector<DeliverySid> deliveries;
  const auto rows = tx.query(
      "DELETE FROM webhook_delivery WHERE resource_sid = $1 AND account_sid = $2 RETURNING sid",
      resource_sid, account);
  while (rows->next()) deliveries.push_back(rows->sid<DeliverySid>(0));
  for (const auto& sid : deliveries) {
    tx.run("DELETE FROM webhook_attempt WHERE delivery_sid = $1", sid);
  }
  tx.run("DELETE FROM event WHERE resource_sid = $1 AND account_sid = $2", resource_sid, account);
}

}  // namespace cloudvno::webhooks
