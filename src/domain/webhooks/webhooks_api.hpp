// The routes of /v1/webhook_endpoints, /v1/events and /v1/webhook_deliveries.
//
// None has a scope of its own: an endpoint needs the read scope of every event type that it takes,
// an event or a delivery that of its resource.
#pragma once

#include <functional>

#include "domain/api/api.hpp"
#include "domain/webhooks/outbox.hpp"

namespace cloudvno::webhooks {

struct ApiParts {
  const Outbox& outbox;
  const Clock& clock;
  std::function<void()> replayed;  // on the control thread: deliveries became pending in the store
};
void mount_webhooks(api::Api& api, const ApiParts& parts);

void mount_endpoints(api::Api& api, const ApiParts& parts);
void mount_events(api::Api& api);
void mount_deliveries(api::Api& api, const ApiParts& parts);

}  // namespace cloudvno::webhooks
