// What the operator says of a carrier: which messages it takes, and how gladly it is used.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/model/money.hpp"

namespace cloudvno::routing {

struct Route {
  std::string carrier;
  std::vector<std::string> prefixes;  // of recipients, as "+44"; empty: all
  std::vector<std::string>
      sender_types;                     // "local", "mobile", "toll-free", "short-code"; empty: all
  int priority = 1;                     // lower is used first
  int weight = 1;                       // share among routes of equal priority and price
  std::optional<Money> price_per_part;  // the lower is used first; routes without one come last
  // Takes messages from numbers of other carriers too. The simulated network never does.
  bool other_senders = false;
  std::size_t most_media = 0;  // of one message; 0: it takes none
  double least_delivered =
      0.5;  // share of final receipts below which the carrier is left; 0: never
};

// A message as far as routing looks at it.
struct Asked {
  std::string_view home;  // the carrier that the sender's number belongs to
  std::string_view sender_type;
  std::string_view to;     // E.164
  std::uint64_t pair = 0;  // the same for the same sender and recipient
  std::size_t media = 0;   // how many it has
};

bool fits(const Route& route, const Asked& asked);

}  // namespace cloudvno::routing
