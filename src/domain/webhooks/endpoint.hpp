// A webhook endpoint: a URL of the customer's that takes events.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/model/sid.hpp"
#include "base/time.hpp"
#include "domain/webhooks/event.hpp"

namespace cloudvno::webhooks {

struct Endpoint {
  EndpointSid sid;
  AccountSid account;
  bool live = false;
  std::string url;
  std::string description;
  std::vector<std::string> event_types;  // names, or "*" alone: all
  std::string secret;                    // "whsec_…"
  std::string old_secret;                // signs too until old_secret_until; empty: none
  std::optional<Time> old_secret_until;
  bool enabled = true;
  std::string disabled_because;
  std::optional<Time> failing_since;      // no attempt succeeded since,
  int failing_days = 0;                   // on so many days that had an attempt
  std::optional<std::int64_t> failed_on;  // the last of them, in days since 1970
  Time created_at;
  Time updated_at;

  bool takes(std::string_view event_type) const;
  // Those that sign now, the newest first.
  std::vector<std::string> secrets(Time now) const;
};

// Enabled ones of an account in one mode: an event makes a delivery for each.
inline constexpr int most_endpoints = 16;
// An endpoint that answered nothing good for so long is disabled, if it was asked on as many days:
// a clock that jumps makes days of a moment, and one day of them.
inline constexpr std::chrono::days disabled_after{5};
inline constexpr int least_failing_days = 4;
inline constexpr std::chrono::hours default_overlap{24};

// The data of the event that tells the account's other endpoints of one that was disabled.
std::string print_endpoint_notice(const Endpoint& endpoint, std::string_view because,
                                  const DeliverySid& delivery);

}  // namespace cloudvno::webhooks
