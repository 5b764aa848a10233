// Which messages a carrier takes, and how gladly: the same settings for carriers of every kind.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/routing/route.hpp"
#include "platform/config/schema.hpp"

namespace cloudvno::app {

struct RouteSettings {
  std::vector<std::string> prefixes;
  std::vector<std::string> sender_types;
  std::int64_t priority = 1;
  std::int64_t weight = 1;
  bool other_senders = false;
  std::int64_t least_delivered = 50;  // per cent
  std::string price_per_part;
};

void describe_route(config::Schema& row, RouteSettings& route);
// Empty, or what is wrong.
std::string check_route(const RouteSettings& route);
routing::Route route_of(std::string carrier, const RouteSettings& settings);

}  // namespace cloudvno::app
