// The schedule of a delivery's attempts (product.md section 7).
#include "domain/webhooks/delivery.hpp"

#include "base/clock.hpp"

namespace cloudvno::webhooks {
namespace {

using namespace std::chrono_literals;

TEST(Delivery, IsTriedAgainAfterOneFiveAndThirtyMinutesAndThenFailed) {
  ManualClock clock;
  Delivery delivery;
  for (const auto wait : {1min, 5min, 30min}) {
    fail_attempt(delivery, 500, "HTTP status 500", clock.now());
    EXPECT_EQ(delivery.status, DeliveryStatus::pending);
    EXPECT_EQ(delivery.next_attempt_at, clock.now() + wait);
    clock.set(delivery.next_attempt_at);
  }
  fail_attempt(delivery, std::nullopt, "connection refused", clock.now());
  EXPECT_EQ(delivery.status, DeliveryStatus::failed);
  EXPECT_EQ(delivery.attempts, 4);
  EXPECT_EQ(delivery.response_status, std::nullopt);
  EXPECT_EQ(delivery.failure, "connection refused");
}

TEST(Delivery, ForgetsAnEarlierFailureWhenItSucceeds) {
  Delivery delivery;
  fail_attempt(delivery, 503, "HTTP status 503", ManualClock().now());
  succeed(delivery, 204);
  EXPECT_EQ(delivery.status, DeliveryStatus::succeeded);
  EXPECT_EQ(delivery.attempts, 2);
  EXPECT_EQ(delivery.response_status, 204);
  EXPECT_EQ(delivery.failure, "");
}

}  // namespace
}  // namespace cloudvno::webhooks
