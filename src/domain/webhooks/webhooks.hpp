// The front of webhooks: takes callbacks and events in the transaction of a state change and brings
// them to the customer.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "base/clock.hpp"
#include "domain/accounts/accounts.hpp"
#include "domain/api/api.hpp"
#include "domain/webhooks/attempt.hpp"
#include "domain/webhooks/breaker.hpp"
#include "domain/webhooks/delivery.hpp"
#include "domain/webhooks/endpoint.hpp"
#include "domain/webhooks/lanes.hpp"
#include "domain/webhooks/outbox.hpp"
#include "domain/webhooks/sender.hpp"
#include "platform/cluster/node.hpp"
#include "platform/net/runtime.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::webhooks {

// What a room does with the answer of a callback: `body` runs in the transaction that marks the
// delivery as succeeded, so that an answer is acted upon once; `after` on the control thread when
// that is on the disk.
struct SuccessEffect {
  std::function<Result<>(storage::Transaction&)> body;
  std::function<void()> after;
  std::string
      note;  // kept with the delivery: what was wrong with the answer, for the customer to read
};
using SuccessHandler = std::function<SuccessEffect(const Delivery&, const http::Response&)>;

// Lives on the control thread. The backlog is in the store, for each endpoint its own; memory holds
// a window of each (Lanes), 20,000 in all.
class Webhooks {
 public:
  // Tells `node` how its deliveries change owners, so before node.join().
  Webhooks(storage::Database& database, cluster::Node& node, accounts::Accounts& accounts,
           Sender& sender, const Clock& clock, net::Executor control);

  // Before the first delivery. One handler for each kind; a kind without one only wants a 2xx.
  void on_success(std::string kind, SuccessHandler handler);
  void mount(api::Api& api);

  // For bodies of transactions, on any thread.
  const Outbox& outbox() const { return outbox_; }
  // On the control thread after the transaction that kept them is on the disk: sends them as soon
  // as their turn comes.
  void kept(std::vector<Delivery> deliveries);

  // Loads what is due from the store (after a start; retries; what did not fit in memory). Call
  // every second or so.
  net::Task<> load_due();

  // Starts nothing more and ends the attempts that run; what is not done stays in the store as
  // pending.
  net::Task<> stop();
  int under_way() const { return lanes_.under_way(); }
  std::size_t waiting() const { return lanes_.waiting(); }

 private:
  static constexpr std::size_t most_waiting = 20'000;
  static constexpr int endpoints_a_load = 256;

  // What is known of an endpoint's pending deliveries beyond those in memory.
  struct Backlog {
    bool behind = false;         // some are due that memory does not hold
    std::optional<Time> due_at;  // when the next comes due
  };
  struct Loaded {
    std::string endpoint;
    std::vector<Delivery> due;
    std::optional<Time> next;
    bool complete = false;
  };

  void take(Delivery delivery);
  void wait_in_store(const Delivery& delivery);
  net::Task<bool> look_for_endpoints();
  std::vector<std::string> endpoints_to_load(Time now) const;
  void start_ready();
  net::Task<> deliver(Delivery delivery);
  net::Task<> attempt_and_record(Delivery& delivery, const Delivery& as_started);
  net::Task<Result<std::optional<Endpoint>>> endpoint_of(const accounts::Account& account,
                                                         const Delivery& delivery);
  net::Task<bool> record(const accounts::Account& account, const Delivery& delivery,
                         const Attempt& attempt, const SuccessEffect& effect,
                         const std::optional<Endpoint>& endpoint);
  Result<> judge_endpoint(storage::Transaction& tx, const accounts::Account& account,
                          const Delivery& delivery, const Attempt& attempt, Endpoint endpoint,
                          Time now, std::vector<Delivery>& kept) const;

  storage::Database& database_;
  const cluster::Node& node_;
  accounts::Accounts& accounts_;
  Sender& sender_;
  const Clock& clock_;
  const Outbox outbox_;
  std::map<std::string, SuccessHandler, std::less<>> handlers_;
  Lanes lanes_;
  Breaker breaker_;
  std::unordered_set<DeliverySid> held_;               // in memory now: waiting or running
  std::unordered_map<std::string, Backlog> backlogs_;  // by Delivery::endpoint
  bool look_again_ = true;  // the store may hold endpoints that backlogs_ does not: after a start
  Time look_again_at_;
  bool loading_ = false;
  bool starting_ = false;
  std::unordered_set<DeliverySid>
      ended_while_loading_;  // may still be pending in what the load read
  bool stopped_ = false;
  net::TaskGroup tasks_;
};

}  // namespace cloudvno::webhooks
