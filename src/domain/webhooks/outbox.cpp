// Writing callbacks and events.
#include "domain/webhooks/outbox.hpp"

#include "domain/webhooks/delivery_store.hpp"
#include "domain/webhooks/endpoint_store.hpp"

namespace cloudvno::webhooks {
namespace {

// Scheme, host and port: callbacks to one server share its fate.
std::string_view origin_of(std::string_view url) {
  const auto host = url.find("://");
  const auto end = host == std::string_view::npos ? host : url.find_first_of("/?#", host + 3);
  return url.substr(0, end);
}

}  // namespace

void Outbox::keep(storage::Transaction& tx, const vault::Keys& keys, Delivery delivery,
                  std::vector<Delivery>& kept) const {
  delivery.endpoint = keys.blind_index(
      "webhook_delivery.endpoint", delivery.endpoint_sid.is_nil() ? origin_of(delivery.request.url)
                                                                  : delivery.endpoint_sid.view());
  insert_delivery(tx, keys, delivery, owner_);
  kept.push_back(std::move(delivery));
}

void Outbox::record(storage::Transaction& tx, const vault::Keys& keys, Event event,
                    std::vector<Delivery>& kept) const {
  event.sid = EventSid::make(event.created_at);
  insert_event(tx, keys, event);
  for (const auto& sid : list_takers(tx, event.account, event.live, event.type)) {
    Delivery delivery;
    delivery.sid = DeliverySid::make(event.created_at);
    delivery.account = event.account;
    delivery.live = event.live;
    delivery.kind = event.type;
    delivery.endpoint_sid = sid;
    delivery.event_sid = event.sid;
    delivery.resource_sid = event.resource_sid;
    delivery.sequence = event.sequence;
    delivery.request.body = print_event(event);
    delivery.next_attempt_at = event.created_at;
    delivery.created_at = event.created_at;
    keep(tx, keys, std::move(delivery), kept);
  }
}

}  // namespace cloudvno::webhooks
