// Brings queued messages to one carrier: in order, within its window, each outcome durable before
// its place in the window is free again. So a crash leaves at most one window of messages in doubt,
// and those are marked.
//
//   waiting ──claim (submitted_at on disk)──▶ parts ──submit──▶ carrier ──outcome──▶ settle (on
//   disk) ──▶ place free
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <unordered_set>
#include <vector>

#include "base/clock.hpp"
#include "domain/accounts/accounts.hpp"
#include "domain/messaging/carrier.hpp"
#include "domain/messaging/message.hpp"
#include "domain/webhooks/webhooks.hpp"
#include "platform/cluster/node.hpp"
#include "platform/net/runtime.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::messaging {

// Lives on the control thread, one for each carrier. Holds at most `most_waiting` messages in
// memory; what comes beyond waits in the store, in the same order, and is loaded when there is
// room.
class Dispatcher {
 public:
  Dispatcher(Carrier& carrier, storage::Database& database, const cluster::Node& node,
             const vault::Vault& vault, accounts::Accounts& accounts, webhooks::Webhooks& webhooks,
             const Clock& clock, net::Executor control);
  ~Dispatcher();

  Carrier& carrier() { return carrier_; }

  // After the transaction that queued the message is on the disk.
  void queued(Message message);
  // Another node's messages became ours: they are in the store only.
  void adopted();
  // The link came up, time passed, a pause ended: hands over what the window allows.
  void pump();
  // Loads from the store what is not in memory: after a start and when memory was full.
  net::Task<> load();
  // Starts nothing more and waits until the outcomes of what is out are on the disk, or the
  // deadline. What was claimed and did not go out is unclaimed, so that an orderly end leaves
  // nothing in doubt.
  net::Task<> stop(std::chrono::seconds at_most);

  std::size_t waiting() const { return waiting_.size(); }
  std::size_t in_flight() const { return in_flight_; }

 private:
  struct Job;
  using JobPtr = std::shared_ptr<Job>;  // shared by the queue and the parts' outcomes
  struct PartOfJob {
    JobPtr job;
    std::size_t index;
  };
  static constexpr std::size_t most_waiting = 20'000;

  void add(Message message, bool submitted, Time expires_at);
  net::Task<bool> load_some();  // true: nothing more is in the store
  void forget(const MessageSid& sid);
  void insert_accepted_parts(storage::Transaction& tx, const Job& job) const;
  void submit_parts();
  net::Task<> claim(std::vector<JobPtr> jobs);
  void part_done(const JobPtr& job, std::size_t index, SubmitOutcome outcome);
  void job_done(const JobPtr& job);
  void insert_in_order(JobPtr job);
  void put_back(const JobPtr& job);
  Result<bool> tell(storage::Transaction& tx, const Message& message, Time now,
                    std::vector<webhooks::Delivery>& told) const;
  net::Task<> settle(JobPtr job);
  net::Task<> unclaim();
  net::Task<> expire(std::vector<JobPtr> jobs);

  Carrier& carrier_;
  storage::Database& database_;
  const cluster::Node& node_;
  const vault::Vault& vault_;
  accounts::Accounts& accounts_;
  webhooks::Webhooks& webhooks_;
  const Clock& clock_;
  std::deque<JobPtr> waiting_;
  std::deque<PartOfJob> parts_;  // claimed, not yet handed over
  std::size_t in_flight_ = 0;    // parts handed over or claimed whose outcome is not on the disk
  std::size_t outstanding_ = 0;  // parts handed over that the carrier has not answered
  std::size_t settling_ = 0;     // messages whose outcome is on its way to the disk
  bool claiming_ = false;
  bool behind_ = true;  // the store holds messages that memory does not
  bool loading_ = false;
  Time load_again_at_;  // after a load that the store could not serve
  std::unordered_set<MessageSid> settled_while_loading_;  // may still stand in what the load read
  Time paused_until_;                                     // after the carrier said: too fast
  bool stopped_ = false;
  std::unordered_set<MessageSid> held_;
  net::TaskGroup tasks_;
};

}  // namespace cloudvno::messaging
