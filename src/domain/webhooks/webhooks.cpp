// Bringing callbacks and events to their URLs.
#include "domain/webhooks/webhooks.hpp"

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "domain/webhooks/delivery_store.hpp"
#include "domain/webhooks/endpoint_store.hpp"
#include "domain/webhooks/forget_resource.hpp"
#include "domain/webhooks/webhooks_api.hpp"
#include "platform/net/event.hpp"

namespace cloudvno::webhooks {
namespace {

constexpr std::chrono::seconds look_again_every{4};

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

std::string key_of(const Delivery& delivery) {
  return std::string(as_text(delivery.endpoint));
}

// What the log keeps of an attempt.
Attempt describe(const AttemptOutcome& outcome, Time begun_at, Micros duration) {
  Attempt attempt;
  attempt.begun_at = begun_at;
  attempt.duration = duration;
  attempt.failure = outcome.failure;
  attempt.url = outcome.sent.url;
  attempt.method = outcome.sent.method;
  attempt.headers = outcome.sent.headers;
  attempt.body = outcome.sent.body;
  if (outcome.response) {
    attempt.response_status = outcome.response->status;
    attempt.answer = outcome.response->body.substr(0, most_answer_kept);
    if (!http::is_utf8(attempt.answer)) attempt.answer = "(not UTF-8)";
  }
  return attempt;
}

}  // namespace

Webhooks::Webhooks(storage::Database& database, cluster::Node& node, accounts::Accounts& accounts,
                   Sender& sender, const Clock& clock, net::Executor control)
    : database_(database),
      node_(node),
      accounts_(accounts),
      sender_(sender),
      clock_(clock),
      outbox_(node.owner()),
      tasks_(std::move(control), "webhooks") {
  node.adopts({move_deliveries, [this] { look_again_ = true; }});
}

void Webhooks::on_success(std::string kind, SuccessHandler handler) {
  handlers_[std::move(kind)] = std::move(handler);
}

void Webhooks::mount(api::Api& api) {
  mount_webhooks(api, {outbox_, clock_, [this] { look_again_ = true; }});
}

void Webhooks::kept(std::vector<Delivery> deliveries) {
  if (stopped_) return;
  for (auto& delivery : deliveries) take(std::move(delivery));
  start_ready();
}

void Webhooks::take(Delivery delivery) {
  if (held_.contains(delivery.sid)) return;
  const auto sid = delivery.sid;
  // While the store holds older ones than memory, a new one must not overtake them.
  const auto backlog = backlogs_.find(key_of(delivery));
  const bool behind = backlog != backlogs_.end() && backlog->second.behind;
  if (behind || lanes_.waiting() >= most_waiting || !lanes_.add(delivery)) {
    wait_in_store(delivery);
    return;
  }
  held_.insert(sid);
}

void Webhooks::wait_in_store(const Delivery& delivery) {
  auto& backlog = backlogs_[key_of(delivery)];
  if (delivery.next_attempt_at <= clock_.now()) {
    backlog.behind = true;
  } else if (!backlog.due_at || delivery.next_attempt_at < *backlog.due_at) {
    backlog.due_at = delivery.next_attempt_at;
  }
}

net::Task<bool> Webhooks::look_for_endpoints() {
  auto found =
      co_await database_.read([&](storage::Transaction& tx) -> Result<std::vector<DueEndpoint>> {
        std::vector<DueEndpoint> all;
        Bytes after;
        while (auto next = next_due_endpoint(tx, outbox_.owner(), after)) {
          after = next->endpoint;
          all.push_back(std::move(*next));
        }
        return all;
      });
  if (!found) co_return false;
  look_again_at_ = clock_.now() + look_again_every;
  for (const auto& each : *found) {
    auto& backlog = backlogs_[std::string(as_text(each.endpoint))];
    if (!backlog.due_at || each.first < *backlog.due_at) backlog.due_at = each.first;
  }
  co_return true;
}

std::vector<std::string> Webhooks::endpoints_to_load(Time now) const {
  std::vector<std::string> endpoints;
  for (const auto& [endpoint, backlog] : backlogs_) {
    if (endpoints.size() == endpoints_a_load) break;
    const bool due = backlog.behind || (backlog.due_at && *backlog.due_at <= now);
    const bool has_room =
        lanes_.waiting_at(as_bytes(endpoint)) < Lanes::Bounds().waiting_per_endpoint / 2;
    if (due && has_room) endpoints.push_back(endpoint);
  }
  return endpoints;
}

net::Task<> Webhooks::load_due() {
  if (stopped_ || loading_ || lanes_.waiting() >= most_waiting / 2) co_return;
  loading_ = true;
  // The answer to a commit may have been lost that kept some.
  if (clock_.now() >= look_again_at_) look_again_ = true;
  if (std::exchange(look_again_, false) && !co_await look_for_endpoints()) look_again_ = true;
  const auto now = clock_.now();
  const auto endpoints = endpoints_to_load(now);
  // Those in memory are pending in the store too.
  const auto most = static_cast<std::int64_t>(Lanes::Bounds().waiting_per_endpoint) * 2;
  Result<std::vector<Loaded>> loaded;
  if (!endpoints.empty()) {
    loaded = co_await database_.read([&](storage::Transaction& tx) -> Result<std::vector<Loaded>> {
      std::vector<Loaded> all;
      for (const auto& endpoint : endpoints) {
        const auto bytes = as_bytes(endpoint);
        Loaded one{endpoint, {}, {}, false};
        one.due = list_due_deliveries(tx, accounts_, outbox_.owner(), bytes, now, most);
        one.complete = static_cast<std::int64_t>(one.due.size()) < most;
        one.next = next_due_time(tx, outbox_.owner(), bytes, now);
        all.push_back(std::move(one));
      }
      return all;
    });
  }
  loading_ = false;
  const auto ended = std::exchange(ended_while_loading_, {});
  if (!loaded || stopped_) co_return;
  for (auto& one : *loaded) {
    auto& backlog = backlogs_[one.endpoint];
    backlog = {false, one.next};
    for (auto& delivery : one.due) {
      if (!ended.contains(delivery.sid)) take(std::move(delivery));
    }
    if (!one.complete) backlogs_[one.endpoint].behind = true;
    const auto& left = backlogs_[one.endpoint];
    if (!left.behind && !left.due_at) backlogs_.erase(one.endpoint);
  }
  start_ready();
}

net::Task<> Webhooks::stop() {
  stopped_ = true;
  tasks_.cancel();
  co_await tasks_.wait();
}

// One that is started runs until it first waits, and may come back here before.
void Webhooks::start_ready() {
  if (std::exchange(starting_, true)) return;
  const std::unique_ptr<bool, void (*)(bool*)> started(&starting_, [](bool* is) { *is = false; });
  while (!stopped_ && node_.holds_lease()) {
    auto delivery = lanes_.start();
    if (!delivery) return;
    tasks_.spawn("deliver", deliver(std::move(*delivery)));
  }
}

net::Task<> Webhooks::deliver(Delivery delivery) {
  const Delivery as_started = delivery;  // its lane
  bool ended = false;
  try {
    co_await attempt_and_record(delivery, as_started);
    ended = true;
  } catch (const std::exception& exception) {
    // Asked to end, it is pending in the store and goes again after the next start.
    if (!stopped_) {
      log::error("webhooks.threw",
                 {{"delivery", delivery.sid.view()}, {"detail", exception.what()}});
    }
  }
  held_.erase(delivery.sid);
  if (loading_) ended_while_loading_.insert(delivery.sid);
  lanes_.finished(as_started);
  if (!ended || delivery.status == DeliveryStatus::pending) wait_in_store(delivery);
  start_ready();
  // The rest of a long backlog follows at once, not at the next tick.
  const auto backlog = backlogs_.find(key_of(delivery));
  if (!stopped_ && !loading_ && backlog != backlogs_.end() && backlog->second.behind &&
      lanes_.waiting_at(delivery.endpoint) < Lanes::Bounds().waiting_per_endpoint / 4) {
    co_await load_due();
  }
}

// Nothing for a callback. Errc::not_found where the customer took the endpoint away.
net::Task<Result<std::optional<Endpoint>>> Webhooks::endpoint_of(const accounts::Account& account,
                                                                 const Delivery& delivery) {
  if (delivery.endpoint_sid.is_nil()) co_return std::optional<Endpoint>();
  co_return co_await database_.read(
      [&](storage::Transaction& tx) -> Result<std::optional<Endpoint>> {
        TRY_ASSIGN(auto endpoint,
                   find_endpoint(tx, *account.keys, account.sid, delivery.endpoint_sid));
        return std::optional(std::move(endpoint));
      });
}

net::Task<> Webhooks::attempt_and_record(Delivery& delivery, const Delivery& as_started) {
  const auto account = co_await accounts_.find(delivery.account);
  if (!account) co_return;  // the row says pending still, so that a load finds it
  const auto begun_at = clock_.now();
  const auto begun = clock_.elapsed();
  AttemptOutcome outcome;
  auto endpoint = co_await endpoint_of(**account, delivery);
  const bool gone = !endpoint && endpoint.error().code == Errc::not_found;
  if (!endpoint && !gone) co_return;
  if (gone || (*endpoint && !(*endpoint)->enabled)) {
    outcome.failure = gone ? "the endpoint was deleted" : "the endpoint is disabled";
    delivery.attempts = static_cast<int>(retry_delays.size());  // no retry helps
  } else if (!breaker_.may_ask(delivery.endpoint, begun)) {
    outcome.failure = "not asked: the endpoint failed again and again just now";
  } else {
    std::vector<std::string> secrets{(*account)->webhook_secret};
    if (*endpoint) {
      delivery.request.url = (*endpoint)->url;
      secrets = (*endpoint)->secrets(begun_at);
    }
    outcome = co_await attempt(sender_, **account, delivery, secrets, clock_);
    lanes_.answered(as_started);
    start_ready();
    if (outcome.failure.empty()) {
      breaker_.succeeded(delivery.endpoint);
    } else {
      breaker_.failed(delivery.endpoint, clock_.elapsed());
    }
  }
  auto logged = describe(outcome, begun_at, clock_.elapsed() - begun);
  SuccessEffect effect;
  if (outcome.failure.empty()) {
    succeed(delivery, *logged.response_status);
    delivery.request.url = outcome.url;  // what the answer's relative URLs stand against
    const auto handler = handlers_.find(delivery.kind);
    if (handler != handlers_.end()) effect = handler->second(delivery, *outcome.response);
    delivery.failure = effect.note;
  } else {
    fail_attempt(delivery, logged.response_status, std::move(outcome.failure), clock_.now());
    const auto wait = outcome.response ? retry_after(*outcome.response) : std::nullopt;
    if (wait) delivery.next_attempt_at = std::max(delivery.next_attempt_at, clock_.now() + *wait);
  }
  logged.number = delivery.attempts_in_all;
  if (!co_await record(**account, delivery, logged, effect,
                       gone ? std::optional<Endpoint>() : *endpoint)) {
    delivery.status = DeliveryStatus::pending;
    delivery.next_attempt_at = clock_.now() + std::chrono::seconds(1);
  }
}

// False where the store could not: the row says pending still, so the callback goes again; at least
// once is the promise.
net::Task<bool> Webhooks::record(const accounts::Account& account, const Delivery& delivery,
                                 const Attempt& attempt, const SuccessEffect& effect,
                                 const std::optional<Endpoint>& endpoint) {
  bool first = false;
  std::vector<Delivery> told;
  // Before the body: the storing thread has enough to do.
  const auto exchange = seal_exchange(*account.keys, delivery.sid, attempt);
  const auto recorded = co_await database_.transact(
      [&, now = clock_.now()](storage::Transaction& tx) -> Result<bool> {
        told.clear();
        const auto update = update_delivery(tx, delivery, outbox_.owner(), now);
        first = update != Update::refused;
        if (!first) return true;
        if (update == Update::forgotten) {
          auto logged = attempt;
          forget_exchange(logged);
          insert_attempt(tx, delivery, logged, seal_exchange(*account.keys, delivery.sid, logged));
        } else {
          insert_attempt(tx, delivery, attempt, exchange);
        }
        if (endpoint) {
          TRY(judge_endpoint(tx, account, delivery, attempt, *endpoint, now, told));
        }
        if (effect.body) TRY(effect.body(tx));
        return true;
      });
  if (!recorded) {
    log::error("webhooks.not_recorded",
               {{"delivery", delivery.sid.view()}, {"detail", recorded.error().detail}});
    co_return false;
  }
  outcomes(delivery.status).add();
  if (first && effect.after) effect.after();
  kept(std::move(told));
  co_return true;
}

// An endpoint that fails for days, or says that it is gone (410), is disabled; the account's others
// are told.
Result<> Webhooks::judge_endpoint(storage::Transaction& tx, const accounts::Account& account,
                                  const Delivery& delivery, const Attempt& attempt,
                                  Endpoint endpoint, Time now, std::vector<Delivery>& kept) const {
  if (attempt.failure.empty()) {
    if (endpoint.failing_since) note_working(tx, endpoint.sid);
    return {};
  }
  note_failing(tx, endpoint, now);
  const bool gone = attempt.response_status == 410;
  const bool failed_for_days = now - *endpoint.failing_since >= disabled_after &&
                               endpoint.failing_days >= least_failing_days;
  if (!gone && !failed_for_days) return {};
  const std::string_view because =
      gone ? "it answered 410 Gone" : "no attempt succeeded for 5 days";
  if (!disable_endpoint(tx, endpoint.sid, because, now)) return {};
  log::warn("webhooks.endpoint_disabled",
            {{"endpoint", endpoint.sid.view()}, {"account", account.sid.view()}, {"why", because}});
  Event event;
  event.account = account.sid;
  event.live = endpoint.live;
  event.type = "webhook_endpoint.disabled";
  event.resource_sid = endpoint.sid.str();
  event.sequence = to_micros(now);
  event.data = print_endpoint_notice(endpoint, because, delivery.sid);
  event.created_at = now;
  outbox_.record(tx, *account.keys, std::move(event), kept);
  return {};
}

}  // namespace cloudvno::webhooks
