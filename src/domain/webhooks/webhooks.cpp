// Bringing callbacks to their URLs.
#include "domain/webhooks/webhooks.hpp"

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "domain/webhooks/attempt.hpp"
#include "domain/webhooks/delivery_store.hpp"

namespace cloudvno::webhooks {
namespace {

metrics::Counter& outcomes(DeliveryStatus status) {
  static constexpr std::string_view name = "cloudvno_webhook_attempts_total";
  static constexpr std::string_view help = "Attempts to deliver a callback, by what they led to";
  static auto& succeeded = metrics::counter(name, help, "outcome=\"succeeded\"");
  static auto& retried = metrics::counter(name, help, "outcome=\"to_be_retried\"");
  static auto& failed = metrics::counter(name, help, "outcome=\"failed\"");
  return status == DeliveryStatus::succeeded ? succeeded
         : status == DeliveryStatus::pending ? retried
                                             : failed;
}

}  // namespace

Webhooks::Webhooks(storage::Database& database, accounts::Accounts& accounts, Sender& sender,
                   const Clock& clock, net::Executor control)
    : database_(database),
      accounts_(accounts),
      sender_(sender),
      clock_(clock),
      tasks_(std::move(control), "webhooks") {}

void Webhooks::on_success(std::string kind, SuccessHandler handler) {
  handlers_[std::move(kind)] = std::move(handler);
}

void Webhooks::keep(storage::Transaction& tx, const vault::Keys& keys, const Delivery& delivery) {
  insert_delivery(tx, keys, delivery);
}

void Webhooks::kept(Delivery delivery) {
  if (stopped_) return;
  if (lanes_.waiting() >= most_waiting) {
    behind_ = true;
    return;
  }
  if (!held_.insert(delivery.sid).second) return;
  lanes_.add(std::move(delivery));
  start_ready();
}

net::Task<> Webhooks::load_due() {
  if (stopped_ || lanes_.waiting() >= most_waiting / 2) co_return;
  const int attempts = std::exchange(behind_, false) ? 0 : 1;
  constexpr std::int64_t most = most_waiting / 2;
  auto due = co_await database_.read(
      [&, now = clock_.now()](storage::Transaction& tx) -> Result<std::vector<Delivery>> {
        return list_due_deliveries(tx, accounts_, now, attempts, most);
      });
  if (attempts == 0 && (!due || static_cast<std::int64_t>(due->size()) == most)) behind_ = true;
  if (!due) co_return;
  for (auto& delivery : *due) kept(std::move(delivery));
}

net::Task<> Webhooks::stop() {
  stopped_ = true;
  tasks_.cancel();
  co_await tasks_.wait();
}

void Webhooks::start_ready() {
  while (!stopped_) {
    auto delivery = lanes_.start();
    if (!delivery) return;
    tasks_.spawn("deliver", deliver(std::move(*delivery)));
  }
}

net::Task<> Webhooks::deliver(Delivery delivery) {
  const auto account = co_await accounts_.find(delivery.account);
  std::optional<http::Response> response;
  if (account) {
    auto outcome = co_await attempt(sender_, **account, delivery, clock_);
    const auto status = outcome.response ? std::optional(outcome.response->status) : std::nullopt;
    if (outcome.failure.empty()) {
      succeed(delivery, *status);
      response = std::move(outcome.response);
    } else {
      fail_attempt(delivery, status, std::move(outcome.failure), clock_.now());
    }
    co_await record(delivery, response);
  }
  held_.erase(delivery.sid);
  lanes_.finished(delivery);
  start_ready();
}

net::Task<> Webhooks::record(Delivery& delivery, const std::optional<http::Response>& response) {
  SuccessEffect effect;
  if (response) {
    const auto handler = handlers_.find(delivery.kind);
    if (handler != handlers_.end()) effect = handler->second(delivery, *response);
    delivery.failure = effect.note;
  }
  const auto recorded = co_await database_.transact(
      [&, now = clock_.now()](storage::Transaction& tx) -> Result<bool> {
        update_delivery(tx, delivery, now);
        if (effect.body) TRY(effect.body(tx));
        return true;
      });
  if (!recorded) {
    // The row still says pending, so the callback goes again: at least once is the promise.
    log::error("webhooks.not_recorded",
               {{"delivery", delivery.sid.view()}, {"detail", recorded.error().detail}});
    co_return;
  }
  outcomes(delivery.status).add();
  if (effect.after) effect.after();
}

}  // namespace cloudvno::webhooks
