// The front of webhooks: takes callbacks in the transaction of a state change and brings them to
// the customer.
#pragma once

#include <functional>
#include <map>
#include <unordered_set>

#include "base/clock.hpp"
#include "domain/accounts/accounts.hpp"
#include "domain/webhooks/delivery.hpp"
#include "domain/webhooks/lanes.hpp"
#include "domain/webhooks/sender.hpp"
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

// Lives on the control thread. In memory it holds at most `most_waiting` callbacks; what comes
// beyond waits in the store alone and is loaded when there is room.
class Webhooks {
 public:
  Webhooks(storage::Database& database, accounts::Accounts& accounts, Sender& sender,
           const Clock& clock, net::Executor control);

  // Before the first delivery. One handler for each kind; a kind without one only wants a 2xx.
  void on_success(std::string kind, SuccessHandler handler);

  // In a body: keeps the delivery in the same transaction.
  static void keep(storage::Transaction& tx, const vault::Keys& keys, const Delivery& delivery);
  // On the control thread after that transaction is on the disk: sends it as soon as its turn
  // comes.
  void kept(Delivery delivery);

  // Loads what is due from the store (after a start; retries; what did not fit in memory). Call
  // every second or so.
  net::Task<> load_due();

  // Starts nothing more and ends the attempts that run; what is not done stays in the store as
  // pending.
  net::Task<> stop();
  int running() const { return lanes_.running(); }
  std::size_t waiting() const { return lanes_.waiting(); }

 private:
  static constexpr std::size_t most_waiting = 20'000;

  void start_ready();
  net::Task<> deliver(Delivery delivery);
  net::Task<> attempt_and_record(Delivery& delivery);
  net::Task<bool> record(const Delivery& delivery, const SuccessEffect& effect);

  storage::Database& database_;
  accounts::Accounts& accounts_;
  Sender& sender_;
  const Clock& clock_;
  std::map<std::string, SuccessHandler, std::less<>> handlers_;
  Lanes lanes_;
  std::unordered_set<DeliverySid> held_;  // in memory now: waiting or running
  // Some first attempts stand in the store only: always so after a start, later when memory was
  // full.
  bool behind_ = true;
  bool loading_ = false;
  std::unordered_set<DeliverySid>
      ended_while_loading_;  // may still be pending in what the load read
  bool stopped_ = false;
  net::TaskGroup tasks_;
};

}  // namespace cloudvno::webhooks
