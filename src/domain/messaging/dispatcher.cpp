// Queue to carrier.
#include "domain/messaging/dispatcher.hpp"

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "domain/messaging/accept_message.hpp"
#include "domain/messaging/carrier_ref.hpp"
#include "domain/messaging/delivery_errors.hpp"
#include "domain/messaging/message_store.hpp"
#include "domain/messaging/queue_store.hpp"
#include "domain/messaging/tell_state.hpp"
#include "platform/net/event.hpp"

namespace cloudvno::messaging {
namespace {

constexpr std::chrono::seconds throttle_pause{1};
constexpr std::size_t claim_at_most = 256;
constexpr int most_doubts = 3;  // tries without an answer

}  // namespace

struct Dispatcher::Job {
  Message message;
  bool claimed = false;   // its row says submitted
  bool in_doubt = false;  // went out before without a known outcome
  int doubts = 0;         // how often
  Time expires_at;
  std::vector<sms::SmsPart> parts;
  std::vector<SubmitOutcome> outcomes;  // of each part; accepted ones are not sent again
  std::size_t open = 0;                 // parts of the running try without an outcome
  std::size_t places = 0;               // places in the window that the running try holds
};

Dispatcher::Dispatcher(Carrier& carrier, storage::Database& database, const cluster::Node& node,
                       const vault::Vault& vault, accounts::Accounts& accounts,
                       webhooks::Webhooks& webhooks, const Clock& clock, net::Executor control)
    : carrier_(carrier),
      database_(database),
      node_(node),
      vault_(vault),
      accounts_(accounts),
      webhooks_(webhooks),
      clock_(clock),
      tasks_(std::move(control), "dispatcher") {}

Dispatcher::~Dispatcher() = default;

void Dispatcher::queued(Message message) {
  if (stopped_) return;
  // While the store holds older messages than memory, a new one must not overtake them.
  if (behind_ || loading_ || waiting_.size() >= most_waiting) {
    behind_ = true;
    pump();
    return;
  }
  const auto expires_at = message.created_at + default_validity;
  add(std::move(message), false, expires_at);
  pump();
}

void Dispatcher::adopted() {
  behind_ = true;
  pump();
}

void Dispatcher::add(Message message, bool submitted, Time expires_at) {
  if (!held_.insert(message.sid).second) return;
  const auto reference = static_cast<std::uint16_t>(std::hash<MessageSid>()(message.sid));
  auto text = sms::split_text(message.body, reference);
  if (!text) {  // only a store written by another program holds such a body
    log::error("dispatcher.unsendable", {{"message", message.sid.view()}});
    return;
  }
  auto job = std::make_shared<Job>();
  job->message = std::move(message);
  job->in_doubt = submitted;
  job->doubts = submitted ? 1 : 0;
  job->expires_at = expires_at;
  job->parts = std::move(text->parts);
  job->outcomes.resize(job->parts.size());
  insert_in_order(std::move(job));
}

void Dispatcher::insert_accepted_parts(storage::Transaction& tx, const Job& job) const {
  for (std::size_t i = 0; i < job.outcomes.size(); ++i) {
    const auto& outcome = job.outcomes[i];
    if (outcome.result != SubmitResult::accepted) continue;
    insert_part(tx, job.message, static_cast<int>(i) + 1,
                carrier_ref(vault_, carrier_.name(), outcome.carrier_id));
  }
}

void Dispatcher::pump() {
  if (stopped_) return;
  submit_parts();
  if (behind_ && !loading_ && waiting_.size() < most_waiting / 4 &&
      clock_.now() >= load_again_at_) {
    tasks_.spawn("load", load());
  }
  if (claiming_ || waiting_.empty() || clock_.now() < paused_until_ || !node_.holds_lease()) return;
  const auto window = carrier_.window();
  std::vector<JobPtr> claimed;
  std::vector<JobPtr> expired;
  while (!waiting_.empty() && claimed.size() < claim_at_most) {
    auto& job = waiting_.front();
    if (job->expires_at <= clock_.now()) {
      expired.push_back(std::move(job));
      waiting_.pop_front();
      continue;
    }
    if (in_flight_ >= window) break;
    // A message of more parts than the window goes alone, its later parts following as places fall
    // free.
    job->places =
        static_cast<std::size_t>(std::ranges::count_if(job->outcomes, [](const auto& outcome) {
          return outcome.result != SubmitResult::accepted;
        }));
    if (in_flight_ > 0 && in_flight_ + job->places > window) break;
    in_flight_ += job->places;
    claimed.push_back(std::move(job));
    waiting_.pop_front();
  }
  if (!expired.empty()) tasks_.spawn("expire", expire(std::move(expired)));
  if (!claimed.empty()) {
    claiming_ = true;
    tasks_.spawn("claim", claim(std::move(claimed)));
  }
}

net::Task<> Dispatcher::claim(std::vector<JobPtr> jobs) {
  const auto claimed = co_await database_.transact(
      [&, now = clock_.now()](storage::Transaction& tx) -> Result<std::vector<bool>> {
        std::vector<bool> ours;
        for (const auto& job : jobs) {
          ours.push_back(mark_submitted(tx, job->message.sid, node_.owner(), now));
          if (!ours.back()) continue;
          if (job->in_doubt) mark_possible_duplicate(tx, job->message.sid);
          insert_accepted_parts(tx, *job);  // of an earlier try: their receipts may come now
        }
        return ours;
      });
  claiming_ = false;
  if (!claimed) {
    // The store is away: nothing went out, so all wait on, in their order.
    paused_until_ = clock_.now() + throttle_pause;
    for (auto job = jobs.rbegin(); job != jobs.rend(); ++job) {
      in_flight_ -= (*job)->places;
      waiting_.push_front(std::move(*job));
    }
    co_return;
  }
  for (std::size_t n = 0; n < jobs.size(); ++n) {
    auto& job = jobs[n];
    if (!(*claimed)[n]) {
      in_flight_ -= job->places;
      forget(job->message.sid);
      continue;
    }
    job->claimed = true;
    job->message.possible_duplicate |= job->in_doubt;
    job->open = job->places;
    for (std::size_t i = 0; i < job->parts.size(); ++i) {
      if (job->outcomes[i].result != SubmitResult::accepted) parts_.push_back({job, i});
    }
  }
  pump();
}

void Dispatcher::submit_parts() {
  if (stopped_) return;
  while (!parts_.empty() && outstanding_ < carrier_.window()) {
    auto part = std::move(parts_.front());
    parts_.pop_front();
    ++outstanding_;
    const auto& message = part.job->message;
    Submission submission;
    submission.message = message.sid;
    submission.from = message.from;
    submission.to = message.to;
    submission.encoding = message.encoding;
    submission.part = part.job->parts[part.index];
    submission.validity =
        std::chrono::duration_cast<std::chrono::seconds>(part.job->expires_at - clock_.now());
    carrier_.submit(std::move(submission),
                    [this, job = part.job, index = part.index](SubmitOutcome outcome) {
                      --outstanding_;
                      part_done(job, index, std::move(outcome));
                      submit_parts();
                    });
  }
  if (carrier_.window() > 0 || parts_.empty()) return;
  // The link went down before these went out.
  auto stranded = std::move(parts_);
  parts_.clear();
  for (auto& part : stranded) part_done(part.job, part.index, {SubmitResult::not_sent, {}, 0});
}

void Dispatcher::part_done(const JobPtr& job, std::size_t index, SubmitOutcome outcome) {
  job->outcomes[index] = std::move(outcome);
  if (--job->open == 0) job_done(job);
}

void Dispatcher::job_done(const JobPtr& job) {
  const auto has = [&](SubmitResult result) {
    return std::ranges::any_of(job->outcomes,
                               [&](const auto& outcome) { return outcome.result == result; });
  };
  if (!has(SubmitResult::refused) &&
      (has(SubmitResult::throttled) || has(SubmitResult::temporary) || has(SubmitResult::not_sent) ||
       has(SubmitResult::unknown))) {
    job->in_doubt |= has(SubmitResult::unknown);
    if (has(SubmitResult::unknown) && ++job->doubts == most_doubts) {
      // A carrier that takes it and never answers would get it again and again for hours: it counts
      // as sent, with no receipt to come.
      ++settling_;
      tasks_.spawn("settle", settle(job));
      return;
    }
    if (has(SubmitResult::throttled) || has(SubmitResult::temporary)) paused_until_ = clock_.now() + throttle_pause;
    put_back(job);
    return;
  }
  ++settling_;
  tasks_.spawn("settle", settle(job));
}

// The older goes first, also of those put back or adopted.
void Dispatcher::insert_in_order(JobPtr job) {
  const auto place = std::ranges::upper_bound(
      waiting_, job->message.sid.view().substr(2), {},
      [](const JobPtr& other) { return other->message.sid.view().substr(2); });
  waiting_.insert(place, std::move(job));
}

void Dispatcher::put_back(const JobPtr& job) {
  in_flight_ -= job->places;
  insert_in_order(job);
}

// Of an account that was erased meanwhile nobody is told.
Result<bool> Dispatcher::tell(storage::Transaction& tx, const Message& message, Time now,
                              std::vector<webhooks::Delivery>& told) const {
  const auto account = accounts_.find(tx, message.account);
  if (!account && account.error().code == Errc::not_found) return true;
  TRY(account);
  tell_state(tx, webhooks_.outbox(), *(*account)->keys, message, now, told);
  return true;
}

net::Task<> Dispatcher::settle(JobPtr job) {
  const auto refusal = std::ranges::find_if(
      job->outcomes, [](const auto& outcome) { return outcome.result == SubmitResult::refused; });
  const bool refused = refusal != job->outcomes.end();
  const auto price = carrier_.traits().price_per_part;
  while (true) {
    auto message = job->message;
    if (message.live && price && !refused) message.price = *price * message.num_segments;
    std::vector<webhooks::Delivery> told;
    const auto settled = co_await database_.transact(
        [&, now = clock_.now()](storage::Transaction& tx) -> Result<bool> {
          auto moved = message;
          told.clear();
          insert_accepted_parts(tx, *job);
          dequeue(tx, moved.sid);
          const bool changed =
              refused ? move_message(tx, moved, MessageStatus::failed, refusal->error_code, now)
                      : move_message(tx, moved, MessageStatus::sent, std::nullopt, now);
          if (!changed) return true;
          return tell(tx, moved, now, told);
        });
    if (settled) {
      webhooks_.kept(std::move(told));
      break;
    }
    if (stopped_) {  // the row says submitted: the next start sends it again, marked
      --settling_;
      co_return;
    }
    co_await net::sleep_for(throttle_pause);
  }
  forget(job->message.sid);
  in_flight_ -= job->places;
  --settling_;
  static auto& sent = metrics::counter(
      "cloudvno_messages_total", "Messages by what carriers did with them", "outcome=\"sent\"");
  static auto& failed = metrics::counter(
      "cloudvno_messages_total", "Messages by what carriers did with them", "outcome=\"refused\"");
  (refused ? failed : sent).add();
  pump();
}

net::Task<> Dispatcher::expire(std::vector<JobPtr> jobs) {
  for (const auto& job : jobs) {
    std::vector<webhooks::Delivery> told;
    const auto expired = co_await database_.transact([&, now = clock_.now()](
                                                         storage::Transaction& tx) -> Result<bool> {
      auto message = job->message;
      told.clear();
      dequeue(tx, message.sid);
      const bool went_out =
          job->in_doubt || std::ranges::any_of(job->outcomes, [](const auto& outcome) {
            return outcome.result == SubmitResult::accepted;
          });
      insert_accepted_parts(tx, *job);
      if (!move_message(tx, message, went_out ? MessageStatus::undelivered : MessageStatus::failed,
                        error_validity_expired, now))
        return true;
      return tell(tx, message, now, told);
    });
    if (!expired) {
      waiting_.push_front(job);
      continue;
    }
    forget(job->message.sid);
    webhooks_.kept(std::move(told));
  }
}

void Dispatcher::forget(const MessageSid& sid) {
  held_.erase(sid);
  if (loading_) settled_while_loading_.insert(sid);
}

net::Task<> Dispatcher::load() {
  if (loading_ || !behind_ || stopped_) co_return;
  loading_ = true;
  // A message queued while this reads may not be in the result; it sets behind_ again.
  behind_ = false;
  const bool complete = co_await load_some();
  loading_ = false;
  settled_while_loading_.clear();
  if (!complete) behind_ = true;
  if (load_again_at_ <= clock_.now()) pump();
}

net::Task<bool> Dispatcher::load_some() {
  constexpr std::size_t most = most_waiting / 2;
  const auto limit = most + held_.size();
  auto listed =
      co_await database_.read([&](storage::Transaction& tx) -> Result<std::vector<QueuedMessage>> {
        return list_queued(tx, node_.owner(), carrier_.name(), static_cast<std::int64_t>(limit));
      });
  if (!listed) {
    load_again_at_ = clock_.now() + throttle_pause;
    co_return false;
  }
  const bool complete = listed->size() < limit;
  std::erase_if(*listed, [&](const auto& each) { return held_.contains(each.sid); });
  auto messages =
      co_await database_.read([&](storage::Transaction& tx) -> Result<std::vector<Message>> {
        std::vector<Message> found;
        for (const auto& each : *listed) {
          const auto account = accounts_.find(tx, each.account);
          auto message = account ? find_message(tx, *(*account)->keys, each.account, each.sid)
                                 : Result<Message>(fail(account.error()));
          if (!message) log::error("dispatcher.unreadable", {{"message", each.sid.view()}});
          found.push_back(message ? std::move(*message) : Message());
        }
        return found;
      });
  if (!messages) {
    load_again_at_ = clock_.now() + throttle_pause;
    co_return false;
  }
  for (std::size_t i = 0; i < listed->size(); ++i) {
    const auto& each = (*listed)[i];
    if ((*messages)[i].sid.is_nil() || settled_while_loading_.contains(each.sid)) continue;
    add(std::move((*messages)[i]), each.submitted, each.expires_at);
  }
  co_return complete;
}

net::Task<> Dispatcher::stop(std::chrono::seconds at_most) {
  stopped_ = true;
  const auto deadline = clock_.now() + at_most;
  while ((claiming_ || outstanding_ > 0 || settling_ > 0) && clock_.now() < deadline) {
    co_await net::sleep_for(std::chrono::milliseconds(10));
  }
  co_await unclaim();
  tasks_.cancel();
  co_await tasks_.wait();
}

net::Task<> Dispatcher::unclaim() {
  // Of a message that waits every part has its outcome; of one that was claimed last, none of the
  // parts may be out.
  std::unordered_set<JobPtr> candidates(waiting_.begin(), waiting_.end());
  for (const auto& part : parts_) candidates.insert(part.job);
  std::vector<MessageSid> untouched;
  for (const auto& job : candidates) {
    const auto here = std::ranges::count(parts_, job, &PartOfJob::job);
    const bool all_here = job->open == static_cast<std::size_t>(here);
    const bool none_out = std::ranges::none_of(job->outcomes, [](const SubmitOutcome& outcome) {
      return outcome.result == SubmitResult::accepted || outcome.result == SubmitResult::unknown;
    });
    if (job->claimed && !job->in_doubt && all_here && none_out) {
      untouched.push_back(job->message.sid);
    }
  }
  if (untouched.empty()) co_return;
  const auto unclaimed = co_await database_.transact([&](storage::Transaction& tx) -> Result<> {
    for (const auto& sid : untouched) mark_not_submitted(tx, sid, node_.owner());
    return {};
  });
  // Otherwise they go out marked.
  if (!unclaimed) log::warn("dispatcher.left_claimed", {{"messages", untouched.size()}});
}

}  // namespace cloudvno::messaging
