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
  if (stopped_ || held_.contains(delivery.sid)) return;
  const auto sid = delivery.sid;
  if (lanes_.waiting() >= most_waiting || !lanes_.add(std::move(delivery))) {
    behind_ = true;
    return;
  }
  held_.insert(sid);
  start_ready();
}

net::Task<> Webhooks::load_due() {
  if (stopped_ || loading_ || lanes_.waiting() >= most_waiting / 2) co_return;
  loading_ = true;
  const int attempts = std::exchange(behind_, false) ? 0 : 1;
  constexpr std::int64_t most = most_waiting / 2;
  auto due = co_await database_.read(
      [&, now = clock_.now()](storage::Transaction& tx) -> Result<std::vector<Delivery>> {
        return list_due_deliveries(tx, accounts_, now, attempts, most);
      });
  loading_ = false;
  const auto ended = std::exchange(ended_while_loading_, {});
  if (attempts == 0 && (!due || static_cast<std::int64_t>(due->size()) == most)) behind_ = true;
  if (!due) co_return;
  for (auto& delivery : *due) {
    if (!ended.contains(delivery.sid)) kept(std::move(delivery));
  }
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
  const Delivery as_started = delivery;  // its lane
  try {
    co_await attempt_and_record(delivery);
  } catch (const std::exception& exception) {
    behind_ = true;
    log::error("webhooks.threw", {{"delivery", delivery.sid.view()}, {"detail", exception.what()}});
  }
  held_.erase(delivery.sid);
  if (loading_) ended_while_loading_.insert(delivery.sid);
  lanes_.finished(as_started);
  start_ready();
}

net::Task<> Webhooks::attempt_and_record(Delivery& delivery) {
  const auto account = co_await accounts_.find(delivery.account);
  if (!account) {
    behind_ = true;  // the row says pending still, so that a load finds it
    co_return;
  }
  auto outcome = co_await attempt(sender_, **account, delivery, clock_);
  const auto status = outcome.response ? std::optional(outcome.response->status) : std::nullopt;
  SuccessEffect effect;
  if (outcome.failure.empty()) {
    succeed(delivery, *status);
    delivery.request.url = outcome.url;  // what the answer's relative URLs stand against
    const auto handler = handlers_.find(delivery.kind);
    if (handler != handlers_.end()) effect = handler->second(delivery, *outcome.response);
    delivery.failure = effect.note;
  } else {
    fail_attempt(delivery, status, std::move(outcome.failure), clock_.now());
  }
  if (!co_await record(delivery, effect)) behind_ = true;
}

// False where the store could not: the row says pending still, so the callback goes again; at least
// once is the promise.
net::Task<bool> Webhooks::record(const Delivery& delivery, const SuccessEffect& effect) {
  bool first = false;
  const auto recorded = co_await database_.transact(
      [&, now = clock_.now()](storage::Transaction& tx) -> Result<bool> {
        first = update_delivery(tx, delivery, now);
        if (first && effect.body) TRY(effect.body(tx));
        return true;
      });
  if (!recorded) {
    log::error("webhooks.not_recorded",
               {{"delivery", delivery.sid.view()}, {"detail", recorded.error().detail}});
    co_return false;
  }
  outcomes(delivery.status).add();
  if (first && effect.after) effect.after();
  co_return true;
}

}  // namespace cloudvno::webhooks
