// Order per resource, fairness between endpoints.
#include "domain/webhooks/lanes.hpp"

#include "base/invariant.hpp"

namespace cloudvno::webhooks {

std::string Lanes::endpoint_of(const Delivery& delivery) {
  return std::string(as_text(delivery.endpoint));
}

std::size_t Lanes::waiting_at(ByteView endpoint) const {
  const auto found = endpoints_.find(std::string(as_text(endpoint)));
  return found == endpoints_.end() ? 0 : found->second.waiting;
}

void Lanes::list_if_ready(const std::string& name, Endpoint& endpoint) {
  if (endpoint.listed || endpoint.ready.empty()) return;
  if (endpoint.running >= bounds_.per_endpoint || endpoint.kept >= bounds_.kept_per_endpoint)
    return;
  endpoint.listed = true;
  ready_.push_back(name);
}

bool Lanes::add(Delivery delivery) {
  const auto name = endpoint_of(delivery);
  auto& endpoint = endpoints_[name];
  if (endpoint.waiting >= bounds_.waiting_per_endpoint) return false;
  ++endpoint.waiting;
  const auto resource = delivery.resource_sid;
  auto& lane = endpoint.lanes[resource];
  lane.deliveries.push_back(std::move(delivery));
  ++waiting_;
  if (lane.front == Front::waits && lane.deliveries.size() == 1) endpoint.ready.push_back(resource);
  list_if_ready(name, endpoint);
  return true;
}

std::optional<Delivery> Lanes::start() {
  // Endpoints of an account that has its share are passed over and keep their turn.
  if (kept_ >= bounds_.kept_in_all) return std::nullopt;
  for (std::size_t looked = ready_.size(); looked > 0 && running_ < bounds_.in_all; --looked) {
    auto name = std::move(ready_.front());
    ready_.pop_front();
    auto& endpoint = endpoints_.at(name);
    const auto& resource = endpoint.ready.front();
    auto& lane = endpoint.lanes.at(resource);
    auto& account = accounts_[lane.deliveries.front().account];
    if (!has_share(account)) {
      ready_.push_back(std::move(name));
      continue;
    }
    endpoint.listed = false;
    Delivery delivery = std::move(lane.deliveries.front());
    lane.deliveries.pop_front();
    lane.front = Front::runs;
    endpoint.ready.pop_front();
    ++account.running;
    ++endpoint.running;
    --endpoint.waiting;
    ++running_;
    --waiting_;
    list_if_ready(name, endpoint);
    return delivery;
  }
  return std::nullopt;
}

void Lanes::answered(const Delivery& delivery) {
  const auto name = endpoint_of(delivery);
  auto& endpoint = endpoints_.at(name);
  auto& account = accounts_.at(delivery.account);
  auto& lane = endpoint.lanes.at(delivery.resource_sid);
  invariant(lane.front == Front::runs, "a callback is answered once");
  lane.front = Front::is_kept;
  for (auto* count : {&running_, &endpoint.running, &account.running}) --*count;
  for (auto* count : {&kept_, &endpoint.kept, &account.kept}) ++*count;
  list_if_ready(name, endpoint);
}

void Lanes::finished(const Delivery& delivery) {
  const auto name = endpoint_of(delivery);
  const auto found = endpoints_.find(name);
  invariant(found != endpoints_.end(), "a callback that runs has an endpoint");
  auto& endpoint = found->second;
  auto& lane = endpoint.lanes.at(delivery.resource_sid);
  const auto of_account = accounts_.find(delivery.account);
  auto& account = of_account->second;
  if (lane.front == Front::is_kept) {
    for (auto* count : {&kept_, &endpoint.kept, &account.kept}) --*count;
  } else {
    for (auto* count : {&running_, &endpoint.running, &account.running}) --*count;
  }
  if (account.running + account.kept == 0) accounts_.erase(of_account);
  lane.front = Front::waits;
  if (lane.deliveries.empty()) {
    endpoint.lanes.erase(delivery.resource_sid);
  } else {
    endpoint.ready.push_back(delivery.resource_sid);
  }
  list_if_ready(name, endpoint);
  if (endpoint.lanes.empty() && !endpoint.listed) endpoints_.erase(found);
}

}  // namespace cloudvno::webhooks
