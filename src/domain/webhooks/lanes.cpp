// Order per resource, fairness between endpoints.
#include "domain/webhooks/lanes.hpp"

#include "base/invariant.hpp"

namespace cloudvno::webhooks {

std::string Lanes::endpoint_of(const Delivery& delivery) {
  const std::string_view url = delivery.request.url;
  const auto host = url.find("://");
  const auto end = host == std::string_view::npos ? host : url.find_first_of("/?#", host + 3);
  return delivery.account.str() + std::string(url.substr(0, end));
}

void Lanes::list_if_ready(const std::string& name, Endpoint& endpoint) {
  if (endpoint.listed || endpoint.ready.empty() || endpoint.running >= per_endpoint_) return;
  endpoint.listed = true;
  ready_.push_back(name);
}

void Lanes::add(Delivery delivery) {
  const auto name = endpoint_of(delivery);
  auto& endpoint = endpoints_[name];
  const auto resource = delivery.resource_sid;
  auto& lane = endpoint.lanes[resource];
  lane.deliveries.push_back(std::move(delivery));
  ++waiting_;
  if (!lane.running && lane.deliveries.size() == 1) endpoint.ready.push_back(resource);
  list_if_ready(name, endpoint);
}

std::optional<Delivery> Lanes::start() {
  if (running_ >= in_all_ || ready_.empty()) return std::nullopt;
  const auto name = std::move(ready_.front());
  ready_.pop_front();
  auto& endpoint = endpoints_.at(name);
  endpoint.listed = false;
  const auto resource = std::move(endpoint.ready.front());
  endpoint.ready.pop_front();
  auto& lane = endpoint.lanes.at(resource);
  Delivery delivery = std::move(lane.deliveries.front());
  lane.deliveries.pop_front();
  lane.running = true;
  ++endpoint.running;
  ++running_;
  --waiting_;
  list_if_ready(name, endpoint);
  return delivery;
}

void Lanes::finished(const Delivery& delivery) {
  const auto name = endpoint_of(delivery);
  const auto found = endpoints_.find(name);
  invariant(found != endpoints_.end(), "a callback that runs has an endpoint");
  auto& endpoint = found->second;
  auto& lane = endpoint.lanes.at(delivery.resource_sid);
  lane.running = false;
  --endpoint.running;
  --running_;
  if (lane.deliveries.empty()) {
    endpoint.lanes.erase(delivery.resource_sid);
  } else {
    endpoint.ready.push_back(delivery.resource_sid);
  }
  list_if_ready(name, endpoint);
  if (endpoint.lanes.empty() && !endpoint.listed) endpoints_.erase(found);
}

}  // namespace cloudvno::webhooks
