// One callback to a customer's URL, with its retries.
//
//   pending → succeeded | failed. Attempts at once and after 1, 5 and 30 minutes; any 2xx is
//   success.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
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
  std::string body;  // an event as JSON, instead of fields; its URL is its endpoint's
};

struct Delivery {
  DeliverySid sid;
  AccountSid account;
  bool live = false;
  std::string kind;          // an event's type, or "message.status", "message.inbound"
  Bytes endpoint;            // what it goes to, as a blind index (Outbox)
  EndpointSid endpoint_sid;  // nil: a callback
  EventSid event_sid;        // nil: a callback
  std::string resource_sid;  // first attempts for one resource go in the order of their sequence
  std::int64_t sequence = 0;
  CallbackRequest request;
  DeliveryStatus status = DeliveryStatus::pending;
  int attempts = 0;         // since it was made, or replayed
  int attempts_in_all = 0;  // numbers them in the log
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

// One attempt, as the log keeps it.
struct Attempt {
  int number = 0;  // from 1
  Time begun_at;
  Micros duration{0};
  std::optional<int> response_status;
  std::string failure;  // empty: it succeeded
  // The bytes that went out, and the beginning of what came back; empty where nothing went.
  std::string url;
  std::string method;
  http::Headers headers;  // those that we sign with, and the content type
  std::string body;
  std::string answer;
};
inline constexpr std::size_t most_answer_kept = 1'024;

}  // namespace cloudvno::webhooks
