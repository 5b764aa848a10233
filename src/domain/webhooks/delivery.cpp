// The moves of a delivery.
#include "domain/webhooks/delivery.hpp"

namespace cloudvno::webhooks {

void succeed(Delivery& delivery, int response_status) {
  ++delivery.attempts;
  ++delivery.attempts_in_all;
  delivery.status = DeliveryStatus::succeeded;
  delivery.response_status = response_status;
  delivery.failure.clear();
}

void fail_attempt(Delivery& delivery, std::optional<int> response_status, std::string failure,
                  Time now) {
  const auto done = static_cast<std::size_t>(delivery.attempts++);
  ++delivery.attempts_in_all;
  delivery.response_status = response_status;
  delivery.failure = std::move(failure);
  if (done < retry_delays.size()) {
    delivery.next_attempt_at = now + retry_delays[done];
  } else {
    delivery.status = DeliveryStatus::failed;
  }
}

std::string_view status_name(DeliveryStatus status) {
  switch (status) {
    case DeliveryStatus::pending:
      return "pending";
    case DeliveryStatus::succeeded:
      return "succeeded";
    case DeliveryStatus::failed:
      return "failed";
  }
  return "failed";
}

}  // namespace cloudvno::webhooks
