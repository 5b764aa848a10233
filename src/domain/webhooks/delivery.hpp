// One callback to a customer's URL, with its retries.
//
//   pending → succeeded | failed. Attempts at once and after 1, 5 and 30 minutes; any 2xx is
//   success.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>

#include "base/model/sid.hpp"
#include "base/time.hpp"
#include "protocol/http/message.hpp"

namespace cloudvno::webhooks {

enum class DeliveryStatus { pending, succeeded, failed };

// What is asked of the customer's server. Kept sealed: it holds numbers and texts.
struct CallbackRequest {
  std::string url;
  std::string fallback_url;  // asked when the first fails, in the same attempt; may be empty
  std::string method = "POST";
  http::Fields fields;
};

struct Delivery {
  DeliverySid sid;
  AccountSid account;
  bool live = false;
  std::string kind;          // "message.status", "message.inbound"
  std::string resource_sid;  // first attempts for one resource go in the order of their sequence
  std::int64_t sequence = 0;
  CallbackRequest request;
  DeliveryStatus status = DeliveryStatus::pending;
  int attempts = 0;
  Time next_attempt_at;
  std::optional<int> response_status;
  std::string failure;  // why the last attempt failed, in our words
  Time created_at;
};

inline constexpr std::array<std::chrono::minutes, 3> retry_delays{
    {std::chrono::minutes(1), std::chrono::minutes(5), std::chrono::minutes(30)}};

// Moves the delivery on after an attempt.
void succeed(Delivery& delivery, int response_status);
void fail_attempt(Delivery& delivery, std::optional<int> response_status, std::string failure,
                  Time now);

std::string_view status_name(DeliveryStatus status);

}  // namespace cloudvno::webhooks
