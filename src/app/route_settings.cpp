// Reading the route of a carrier.
#include "app/route_settings.hpp"

#include <fmt/format.h>

#include "domain/numbers/offer.hpp"

namespace cloudvno::app {

void describe_route(config::Schema& row, RouteSettings& route) {
  row.text("price_per_part", route.price_per_part,
           "Price of one part in USD; empty: none. Of carriers of equal priority the cheaper is "
           "used first.",
           "0.0079");
  row.texts("prefixes", route.prefixes,
            "Beginnings of the recipients' numbers that it takes; empty: all.", "+44");
  row.texts("sender_types", route.sender_types,
            "Senders that it takes, of local, mobile, toll-free, short-code; empty: all.",
            "toll-free");
  row.integer("priority", route.priority, 1, 100, "The lower is used first.");
  row.integer("weight", route.weight, 1, 1000,
              "Its share of the traffic among carriers of equal priority and price.");
  row.boolean("other_senders", route.other_senders,
              "Also take messages from numbers that belong to other carriers, in their place when "
              "those fail.");
  row.integer("least_delivered", route.least_delivered, 0, 100,
              "Per cent of its final receipts that must say delivered; below it the carrier is "
              "left for another, and probed. 0: never.");
}

std::string check_route(const RouteSettings& route) {
  if (!route.price_per_part.empty() && !Money::parse(route.price_per_part)) {
    return "price_per_part must be a decimal such as \"0.0079\"";
  }
  for (const auto& prefix : route.prefixes) {
    const bool fits = prefix.size() >= 2 && prefix.size() <= 16 && prefix[0] == '+' &&
                      prefix.find_first_not_of("0123456789", 1) == std::string::npos;
    if (!fits) return fmt::format("\"{}\" is no prefix such as \"+44\"", prefix);
  }
  for (const auto& type : route.sender_types) {
    if (!numbers::is_number_type(type)) {
      return fmt::format("\"{}\" is none of local, mobile, toll-free, short-code", type);
    }
  }
  return {};
}

routing::Route route_of(std::string carrier, const RouteSettings& settings) {
  routing::Route route;
  route.carrier = std::move(carrier);
  route.prefixes = settings.prefixes;
  route.sender_types = settings.sender_types;
  route.priority = static_cast<int>(settings.priority);
  route.weight = static_cast<int>(settings.weight);
  route.price_per_part = Money::parse(settings.price_per_part);
  route.other_senders = settings.other_senders;
  route.least_delivered = static_cast<double>(settings.least_delivered) / 100;
  return route;
}

}  // namespace cloudvno::app
