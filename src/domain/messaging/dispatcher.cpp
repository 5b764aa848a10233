// Queue to carriers.
#include "domain/messaging/dispatcher.hpp"

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "domain/messaging/message_store.hpp"
#include "platform/net/event.hpp"

namespace cloudvno::messaging {
namespace {

constexpr std::chrono::seconds store_pause{1};  // after the store failed
constexpr std::size_t claim_at_most = 256;
constexpr std::size_t most_late = 1'024;    // beyond, they are loaded too
constexpr int most_doubts = 3;              // tries without an answer
constexpr std::size_t most_media_out = 16;  // MMS, of 5 MiB at most each, as many loaded at once

// Before a message that a carrier refused for now goes again: 5 s, doubling, at most 5 minutes.
Micros wait_of(int refused_for_now) {
  constexpr std::chrono::seconds first{5};
  constexpr Micros most = std::chrono::minutes(5);
  return std::min<Micros>(first * (1 << std::min(refused_for_now - 1, 10)), most);
}

QueueKey key_of(const Job& job) {
  return {job.priority, job.sender};
}

std::uint64_t pair_of(const Message& message) {
  return std::hash<std::string>()(message.from.e164() + message.to.e164());
}

}  // namespace

Dispatcher::Dispatcher(storage::Database& database, const cluster::Node& node,
                       const vault::Vault& vault, accounts::Accounts& accounts,
                       webhooks::Webhooks& webhooks, const Clock& clock, net::Executor control)
    : database_(database),
      node_(node),
      vault_(vault),
      accounts_(accounts),
      webhooks_(webhooks),
      clock_(clock),
      tasks_(std::move(control), "dispatcher") {}

Dispatcher::~Dispatcher() = default;

void Dispatcher::add_carrier(Carrier& carrier, routing::Route route) {
  router_.add(std::move(route));
  links_.emplace_back().carrier = &carrier;
}

std::size_t Dispatcher::Link::room(Micros now) const {
  const auto window = pressure.places(carrier->window(), now);
  return window > in_flight ? window - in_flight : 0;
}

const Dispatcher::Link* Dispatcher::find_link(std::string_view carrier) const {
  const auto found =
      std::ranges::find(links_, carrier, [](const Link& link) { return link.carrier->name(); });
  return found == links_.end() ? nullptr : &*found;
}

bool Dispatcher::may_learn_ids(std::string_view carrier) const {
  const auto* link = find_link(carrier);
  return link && link->in_flight > 0;
}

bool Dispatcher::holds_outcomes(std::string_view carrier) const {
  const auto* link = find_link(carrier);
  return link && link->unkept > 0;
}

void Dispatcher::receipt(std::string_view carrier, bool delivered) {
  const auto* link = find_link(carrier);
  if (!link) return;
  for (std::size_t i = 0; i < links_.size(); ++i) {
    if (&links_[i] == link) router_.health(i).receipt(delivered, clock_.elapsed());
  }
}

Settlement Dispatcher::settlement_of(const Job& job) const {
  const auto& carrier = *links_[job.link].carrier;
  return {vault_, accounts_, webhooks_.outbox(), carrier.name(), carrier.traits().price_per_part};
}

JobPtr Dispatcher::make_job(Message message, Queueing queueing) const {
  // Only a store written by another program holds a body that cannot be split.
  if (!sms::count_segments(message.body)) {
    log::error("dispatcher.unsendable", {{"message", message.sid.view()}});
    return nullptr;
  }
  auto job = std::make_shared<Job>();
  job->priority = queueing.priority;
  job->sender = std::move(queueing.sender);
  job->sender_type = std::move(queueing.sender_type);
  job->pace = queueing.paced ? pace_of(job->sender_type) : 0;
  job->pair = pair_of(message);
  job->expires_at = message.expires_at();
  job->message = std::move(message);
  return job;
}

void Dispatcher::choose(Job& job) {
  // The parts of one message go one way, or their receipts and the handset could not join them.
  if (job.partly_accepted()) return;
  const routing::Asked asked{job.message.carrier, job.sender_type, job.message.to.e164(), job.pair,
                             static_cast<std::size_t>(job.message.num_media)};
  if (auto choice = router_.choose(asked, clock_.elapsed())) {
    job.link = choice->route;
    job.because = std::move(choice->because);
    divide(job);
  } else {
    job.because.clear();  // ends when it is looked at (expire)
  }
}

// Into the parts that its carrier takes: one of SMS each, or the whole text. An MMS is whole.
void Dispatcher::divide(Job& job) const {
  if (job.message.is_mms() || links_[job.link].carrier->traits().takes_whole_texts) {
    job.parts.assign(1, {});
  } else {
    const auto reference = static_cast<std::uint16_t>(std::hash<MessageSid>()(job.message.sid));
    auto text = sms::split_text(job.message.body, reference);
    if (text) job.parts = std::move(text->parts);
  }
  job.outcomes.assign(job.parts.size(), {});
}

void Dispatcher::queued(Accepted accepted) {
  if (stopped_ || accepted.message.status != MessageStatus::queued) return;
  if (accepted.waits_for_media) {
    if (waits_for_media_) waits_for_media_();
    return;
  }
  auto job = make_job(std::move(accepted.message), std::move(accepted.queueing));
  if (!job) return;
  if (job->pace == 0) overload_.waits();
  const auto key = key_of(*job);
  const bool follows = listing_ || being_read_.contains(key);
  // While the store holds older messages than memory, a new one must not overtake them.
  if (look_again_ || behind_.contains(key) || queue_.room_of(key, job->pace) == 0 ||
      (follows && late_.size() == most_late)) {
    behind_[key] = job->pace;
  } else if (follows) {
    late_.push_back(std::move(job));
  } else {
    add(std::move(job));
  }
  pump();
}

void Dispatcher::adopted() {
  look_again_ = true;
  completed_ = false;
  pump();
}

// False where memory holds it already.
bool Dispatcher::add(JobPtr job) {
  if (!held_[key_of(*job)].insert(job->message.sid).second) return false;
  choose(*job);
  queue_.add(std::move(job));
  return true;
}

void Dispatcher::tick() {
  expire();
  overload_.tick(clock_.elapsed());
  if (behind_.empty() && !loading_) {
    overload_.wait_at_most(queue_.size() + in_flight_ + late_.size());
  }
  constexpr std::chrono::seconds often{1};
  const auto now = clock_.elapsed();
  if (!stopped_ && !looking_at_due_ && node_.holds_lease() && now >= due_looked_at_ + often) {
    looking_at_due_ = true;
    due_looked_at_ = now;
    tasks_.spawn("due", look_at_due());
  }
  pump();
}

void Dispatcher::pump() {
  if (stopped_) return;
  look_at_standings();
  for (auto& link : links_) submit_parts(link);
  if ((look_again_ || clock_.now() >= look_again_at_ || !behind_.empty()) && !loading_ &&
      clock_.now() >= load_again_at_) {
    tasks_.spawn("load", load());
  }
  if (!claiming_ && node_.holds_lease()) claim_what_fits();
}

// A carrier that is left or taken back: what waits is given a carrier anew. While one is probed the
// waiting are looked at now and then, so that one of them can be the probe.
void Dispatcher::look_at_standings() {
  constexpr std::chrono::milliseconds often{100};
  const auto now = clock_.elapsed();
  if (now < standings_looked_at_ + often && standings_looked_at_ > Micros(0)) return;
  standings_looked_at_ = now;
  bool changed = false;
  for (std::size_t i = 0; i < links_.size(); ++i) {
    auto& link = links_[i];
    router_.health(i).link_is(link.carrier->is_up(), now);
    const auto standing = router_.health(i).standing(now);
    changed |= standing != link.standing || standing == routing::Standing::probing;
    if (standing != link.standing) {
      log::info("routing.standing",
                {{"carrier", link.carrier->name()}, {"because", router_.health(i).because()}});
    }
    link.standing = standing;
  }
  if (changed && links_.size() > 1) queue_.choose_again([this](Job& job) { choose(job); });
}

void Dispatcher::claim_what_fits() {
  const auto now = clock_.elapsed();
  std::vector<JobPtr> jobs;
  for (std::size_t i = 0; i < links_.size(); ++i) {
    auto& link = links_[i];
    while (jobs.size() < claim_at_most) {
      const auto room = link.room(now);
      if (room == 0) break;
      // A message of more parts than the window goes alone, its later parts following as places
      // fall free.
      const bool media = media_out_ < most_media_out;
      auto job = queue_.take(i, {room, link.in_flight == 0, media}, now);
      if (!job) break;
      job->places = job->parts_to_send();
      link.in_flight += job->places;
      took(*job);
      jobs.push_back(std::move(job));
    }
  }
  if (jobs.empty()) return;
  claiming_ = true;
  tasks_.spawn("claim", claim(std::move(jobs)));
}

net::Task<> Dispatcher::claim(std::vector<JobPtr> jobs) {
  const auto claimed = co_await database_.transact(
      [&, now = clock_.now()](storage::Transaction& tx) -> Result<std::vector<bool>> {
        std::vector<bool> ours;
        for (const auto& job : jobs) {
          const auto carrier = links_[job->link].carrier->name();
          ours.push_back(mark_submitted(tx, job->message.sid, node_.owner(), carrier, now));
          if (!ours.back()) continue;
          if (job->in_doubt) mark_possible_duplicate(tx, job->message.sid);
          // Of an earlier try: their receipts may come now.
          insert_accepted_parts(tx, vault_, carrier, *job);
        }
        return ours;
      });
  claiming_ = false;
  if (!claimed) {
    // The store is away: nothing went out, so all wait on, in their order.
    for (auto& job : jobs) return_to_queue(job, clock_.elapsed() + store_pause);
    co_return;
  }
  for (std::size_t n = 0; n < jobs.size(); ++n) {
    auto& job = jobs[n];
    auto& link = link_of(*job);
    if (!(*claimed)[n] || job->expires_at <= clock_.now()) {
      if (!(*claimed)[n]) {
        let_go(*job);
        queue_.finished(*job);
        forget(*job);
        if (job->pace == 0) overload_.left();
      } else {
        finish(job, Ending::expired);
      }
      continue;
    }
    job->claimed = true;
    job->message.possible_duplicate |= job->in_doubt;
    job->open = job->places;
    if (job->message.is_mms()) {
      ++loading_media_;
      tasks_.spawn("media", load_media(job));
      continue;
    }
    for (std::size_t i = 0; i < job->parts.size(); ++i) {
      if (job->outcomes[i].result != SubmitResult::accepted) link.parts.push_back({job, i});
    }
  }
  pump();
}

// Out of the queue, with places in its link's window.
void Dispatcher::took(const Job& job) {
  ++in_flight_;
  if (job.message.is_mms()) ++media_out_;
}

void Dispatcher::let_go(Job& job) {
  link_of(job).in_flight -= job.places;
  --in_flight_;
  if (!job.message.is_mms()) return;
  --media_out_;
  job.media.clear();
}

void Dispatcher::submit_parts(Link& link) {
  if (stopped_) return;
  auto& carrier = *link.carrier;
  const auto place = static_cast<std::size_t>(&link - &links_[0]);
  while (!link.parts.empty() && link.outstanding < carrier.window()) {
    auto part = std::move(link.parts.front());
    link.parts.pop_front();
    ++link.outstanding;
    const auto& message = part.job->message;
    Submission submission;
    submission.message = message.sid;
    submission.from = message.from;
    submission.to = message.to;
    submission.encoding = message.encoding;
    submission.part = part.job->parts[part.index];
    if (message.is_mms() || carrier.traits().takes_whole_texts) submission.text = message.body;
    submission.media = part.job->media;
    submission.validity =
        std::chrono::duration_cast<std::chrono::seconds>(part.job->expires_at - clock_.now());
    const auto now = clock_.elapsed();
    router_.health(place).submitted(now);
    carrier.submit(std::move(submission),
                   [this, &link, job = part.job, index = part.index, now](SubmitOutcome outcome) {
                     --link.outstanding;
                     part_done(job, index, std::move(outcome), now);
                     submit_parts(link);
                   });
  }
  if (carrier.is_up() || link.parts.empty()) return;
  // The link went down before these went out.
  auto stranded = std::exchange(link.parts, {});
  for (auto& part : stranded) {
    part.job->outcomes[part.index] = {};
    if (--part.job->open == 0) job_done(part.job);
  }
}

void Dispatcher::part_done(const JobPtr& job, std::size_t index, SubmitOutcome outcome,
                           Micros sent_at) {
  const auto now = clock_.elapsed();
  auto& link = link_of(*job);
  auto& health = router_.health(job->link);
  switch (outcome.result) {
    case SubmitResult::accepted:
      link.pressure.accepted();
      health.answered(now - sent_at, now);
      break;
    case SubmitResult::throttled:
      link.pressure.throttled(link.outstanding + 1, now);
      health.answered(now - sent_at, now);
      break;
    case SubmitResult::refused:
    case SubmitResult::temporary:
      health.answered(now - sent_at, now);
      break;
    case SubmitResult::not_sent:
    case SubmitResult::unknown:
      health.unanswered(now);
      break;
  }
  job->outcomes[index] = std::move(outcome);
  job->answered_in = now - sent_at;
  job->answered_at = now;
  if (--job->open == 0) job_done(job);
}

void Dispatcher::job_done(const JobPtr& job) {
  const auto has = [&](SubmitResult result) {
    return std::ranges::any_of(job->outcomes,
                               [&](const auto& outcome) { return outcome.result == result; });
  };
  const auto& link = link_of(*job);
  const auto now = clock_.elapsed();
  if (has(SubmitResult::refused)) return finish(job, Ending::refused);
  if (has(SubmitResult::unknown)) {
    job->in_doubt = true;
    const auto guarantee = link.carrier->traits().guarantee;
    if (guarantee == DeliveryGuarantee::hold_for_receipt) return finish(job, Ending::held);
    // A carrier that takes it and never answers would get it again and again for hours: it counts
    // as sent, with no receipt to come.
    if (guarantee == DeliveryGuarantee::at_most_once || ++job->doubts == most_doubts) {
      return finish(job, Ending::sent);
    }
    return put_back(job, now);
  }
  if (has(SubmitResult::throttled)) return put_back(job, link.pressure.paused_until());
  if (has(SubmitResult::temporary)) return put_back(job, now + wait_of(++job->refused_for_now));
  if (has(SubmitResult::not_sent)) return put_back(job, now);
  finish(job, Ending::sent);
}

// Of a message whose other parts go again: receipts of those that the carrier took may come before
// it goes, and must find them.
net::Task<> Dispatcher::keep_parts_and_put_back(JobPtr job, Micros not_before) {
  const auto carrier = link_of(*job).carrier->name();
  const auto kept = co_await database_.transact([&](storage::Transaction& tx) -> Result<> {
    insert_accepted_parts(tx, vault_, carrier, *job);
    return {};
  });
  // Else the claim of its next try keeps them; receipts meanwhile come again, for want of a store.
  if (!kept) not_before = std::max(not_before, clock_.elapsed() + store_pause);
  --settling_;
  return_to_queue(job, not_before);
  pump();
}

void Dispatcher::put_back(const JobPtr& job, Micros not_before) {
  if (!job->partly_accepted()) return return_to_queue(job, not_before);
  ++settling_;
  tasks_.spawn("keep_parts", keep_parts_and_put_back(job, not_before));
}

void Dispatcher::return_to_queue(const JobPtr& job, Micros not_before) {
  let_go(*job);
  choose(*job);
  queue_.put_back(job, not_before);
}

void Dispatcher::forget(const Job& job) {
  const auto held = held_.find(key_of(job));
  if (held != held_.end()) {
    held->second.erase(job.message.sid);
    if (held->second.empty()) held_.erase(held);
  }
  if (loading_) settled_while_loading_.insert(job.message.sid);
}

void Dispatcher::finish(JobPtr job, Ending ending) {
  ++settling_;
  tasks_.spawn("settle", settle(std::move(job), ending));
}

net::Task<> Dispatcher::settle(JobPtr job, Ending ending) {
  const auto settlement = settlement_of(*job);
  bool unkept = false;
  while (true) {
    std::vector<webhooks::Delivery> told;
    const auto settled =
        co_await database_.transact([&, now = clock_.now()](storage::Transaction& tx) -> Result<> {
          told.clear();
          return settle_message(tx, settlement, *job, ending, now, told);
        });
    if (settled) {
      webhooks_.kept(std::move(told));
      break;
    }
    if (stopped_) {  // the row says submitted: the next start sends it again, marked
      --settling_;
      co_return;
    }
    if (!std::exchange(unkept, true)) ++link_of(*job).unkept;
    co_await net::sleep_for(store_pause);
  }
  if (unkept) --link_of(*job).unkept;
  let_go(*job);
  --settling_;
  queue_.finished(*job);
  forget(*job);
  if (job->answered_at > Micros(0)) {
    overload_.settled(job->pace > 0, job->answered_in, clock_.elapsed() - job->answered_at);
  } else if (job->pace == 0) {
    overload_.left();
  }
  static constexpr std::string_view help = "Messages by what carriers did with them";
  static auto& sent = metrics::counter("cloudvno_messages_total", help, "outcome=\"sent\"");
  static auto& failed = metrics::counter("cloudvno_messages_total", help, "outcome=\"refused\"");
  (ending == Ending::sent || ending == Ending::held ? sent : failed).add();
  pump();
}

// What waits in memory longer than its validity, or has no carrier any more, ends. What is in the
// store is met when it is loaded.
void Dispatcher::expire() {
  constexpr std::chrono::milliseconds often{500};
  const auto elapsed = clock_.elapsed();
  if (stopped_ || elapsed < swept_at_ + often || !node_.holds_lease()) return;
  swept_at_ = elapsed;
  const auto now = clock_.now();
  for (auto& job : queue_.remove_if(
           [&](const Job& each) { return each.expires_at <= now || each.because.empty(); })) {
    job->places = 0;
    took(*job);
    const auto ending = job->expires_at <= now ? Ending::expired : Ending::no_route;
    finish(std::move(job), ending);
  }
}

}  // namespace cloudvno::messaging
