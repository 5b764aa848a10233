// Brings queued messages to the carriers: to which, says the router; in which order, the queue;
// each outcome durable before its place in the carrier's window is free again. So a crash leaves at
// most one window a carrier in doubt, and those are marked.
//
//   waiting ──claim (submitted_at on disk)──▶ parts ──submit──▶ carrier ──outcome──▶ settle (on
//   disk) ──▶ place free
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <unordered_set>
#include <vector>

#include "base/clock.hpp"
#include "domain/accounts/accounts.hpp"
#include "domain/messaging/accept_message.hpp"
#include "domain/messaging/backlog.hpp"
#include "domain/messaging/carrier.hpp"
#include "domain/messaging/outqueue.hpp"
#include "domain/messaging/overload.hpp"
#include "domain/messaging/pressure.hpp"
#include "domain/messaging/settle_message.hpp"
#include "domain/routing/router.hpp"
#include "domain/webhooks/webhooks.hpp"
#include "platform/cluster/node.hpp"
#include "platform/net/runtime.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::messaging {

// Lives on the control thread. Memory holds a bounded part of each sender's queue (Outqueue); what
// comes beyond waits in the store, in the same order, and is loaded when there is room.
class Dispatcher {
 public:
  Dispatcher(storage::Database& database, const cluster::Node& node, const vault::Vault& vault,
             accounts::Accounts& accounts, webhooks::Webhooks& webhooks, const Clock& clock,
             net::Executor control);
  ~Dispatcher();

  // Called when a message waits for its media, which somebody else fetches. Before the first one.
  void on_waiting_for_media(std::function<void()> listener) {
    waits_for_media_ = std::move(listener);
  }
  // Before the first message; the carrier outlives us.
  void add_carrier(Carrier& carrier, routing::Route route);
  const routing::Router& router() const { return router_; }

  // After the transaction that queued the message is on the disk.
  void queued(Accepted accepted);
  // Another node's messages became ours: they are in the store only.
  void adopted();
  // A link came up, a place is free: hands over what the windows allow.
  void pump();
  // Every tenth of a second or so: what waits for a time, and what its validity ends.
  void tick();
  // A final receipt says how well its carrier delivers.
  void receipt(std::string_view carrier, bool delivered);
  // Whether a submit_sm to the carrier is still unanswered, so that an id may come that is not
  // known yet.
  bool may_learn_ids(std::string_view carrier) const;
  // Whether an answer of the carrier's, perhaps with an id, waits for a store that is away.
  bool holds_outcomes(std::string_view carrier) const;
  // Starts nothing more and waits until the outcomes of what is out are on the disk, or the
  // deadline. What was claimed and did not go out is unclaimed, so that an orderly end leaves
  // nothing in doubt.
  net::Task<> stop(std::chrono::seconds at_most);

  std::size_t waiting() const { return queue_.size() + in_flight_; }
  Overload& overload() { return overload_; }
  const Overload& overload() const { return overload_; }

 private:
  struct PartOfJob {
    JobPtr job;
    std::size_t index;
  };
  struct Link {
    Carrier* carrier = nullptr;
    Pressure pressure;
    std::deque<PartOfJob> parts;  // claimed, not yet handed over
    std::size_t in_flight = 0;    // parts claimed or handed over whose outcome is not on the disk
    std::size_t unkept = 0;       // messages whose outcome the store could not take yet
    std::size_t outstanding = 0;  // parts handed over that the carrier has not answered
    routing::Standing standing = routing::Standing::good;
    std::size_t room(Micros now) const;
  };

  const Link* find_link(std::string_view carrier) const;
  Link& link_of(const Job& job) { return links_[job.link]; }
  Settlement settlement_of(const Job& job) const;
  void choose(Job& job);
  void divide(Job& job) const;
  void look_at_standings();
  JobPtr make_job(Message message, Queueing queueing) const;
  bool add(JobPtr job);
  void take_loaded(Loaded loaded);
  net::Task<> load();
  net::Task<bool> find_queues_behind();
  void end_load();
  net::Task<Result<std::vector<QueueKey>>> list_all_queues();
  struct Wanted {
    QueueKey key;
    std::size_t most;
    std::unordered_set<MessageSid> held;
  };
  std::vector<Wanted> queues_to_load() const;
  void submit_parts(Link& link);
  void claim_what_fits();
  net::Task<> claim(std::vector<JobPtr> jobs);
  net::Task<> load_media(JobPtr job);
  void took(const Job& job);
  void let_go(Job& job);
  void part_done(const JobPtr& job, std::size_t index, SubmitOutcome outcome, Micros sent_at);
  void job_done(const JobPtr& job);
  void put_back(const JobPtr& job, Micros not_before);
  net::Task<> keep_parts_and_put_back(JobPtr job, Micros not_before);
  void return_to_queue(const JobPtr& job, Micros not_before);
  void forget(const Job& job);
  void finish(JobPtr job, Ending ending);
  net::Task<> settle(JobPtr job, Ending ending);
  net::Task<> unclaim();
  void expire();
  net::Task<> look_at_due();

  storage::Database& database_;
  const cluster::Node& node_;
  const vault::Vault& vault_;
  accounts::Accounts& accounts_;
  webhooks::Webhooks& webhooks_;
  const Clock& clock_;
  routing::Router router_;
  std::deque<Link> links_;  // at the places of the router's routes
  Outqueue queue_;
  Overload overload_;
  std::size_t in_flight_ = 0;      // messages that were taken from the queue
  std::size_t media_out_ = 0;      // of those, MMS: memory holds their media
  std::size_t loading_media_ = 0;  // of those, whose media are being read
  std::function<void()> waits_for_media_;
  std::size_t settling_ = 0;  // of those, whose outcome is on its way to the disk, in whole or part
  bool claiming_ = false;
  bool looking_at_due_ = false;
  // Queues of which the store holds more than memory, and their sender's pace where it is known.
  std::map<QueueKey, std::optional<double>> behind_;
  bool look_again_ = true;  // the store may hold queues that we do not know
  Time look_again_at_;      // a commit may have kept a message whose answer was lost
  bool completed_ = false;  // rows that the version before wrote have their sender
  bool loading_ = false;
  bool listing_ = false;           // which queues the store holds
  std::set<QueueKey> being_read_;  // their older messages are on the way here
  std::vector<JobPtr> late_;       // queued meanwhile: they wait for the older ones
  Time load_again_at_;             // after a load that the store could not serve
  Micros standings_looked_at_{0};
  Micros swept_at_{0};
  Micros due_looked_at_{0};
  std::unordered_set<MessageSid> settled_while_loading_;  // may still stand in what the load read
  bool stopped_ = false;
  std::map<QueueKey, std::unordered_set<MessageSid>> held_;  // in memory or out
  net::TaskGroup tasks_;
};

}  // namespace cloudvno::messaging
