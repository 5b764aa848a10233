// The dispatcher's dealings with what only the store holds: loading, what comes due, the orderly
// end.
#include "base/log.hpp"
#include "domain/messaging/delivery_errors.hpp"
#include "domain/messaging/dispatcher.hpp"
#include "domain/messaging/media_store.hpp"
#include "platform/net/event.hpp"

namespace cloudvno::messaging {
namespace {

constexpr std::chrono::seconds store_pause{1};
constexpr std::size_t queues_a_load = 64;
constexpr std::size_t read_at_first = 16;  // of a queue whose pace is not known yet
constexpr std::int64_t due_at_once = 500;
constexpr std::chrono::seconds look_again_every{4};

}  // namespace

std::vector<Dispatcher::Wanted> Dispatcher::queues_to_load() const {
  std::vector<Wanted> wanted;
  for (const auto& [key, pace] : behind_) {
    if (wanted.size() == queues_a_load) break;
    const auto room = queue_.room_of(key, pace.value_or(0));
    const auto here = queue_.size_of(key);
    if (room == 0 || here > room) continue;  // half of it is there
    const auto held = held_.find(key);
    wanted.push_back({key, pace ? room : std::min(room, read_at_first),
                      held == held_.end() ? std::unordered_set<MessageSid>() : held->second});
  }
  return wanted;
}

net::Task<Result<std::vector<QueueKey>>> Dispatcher::list_all_queues() {
  if (!completed_) {
    CO_TRY(co_await database_.transact([&](storage::Transaction& tx) -> Result<> {
      complete_queue(tx, node_.owner());
      return {};
    }));
    completed_ = true;
  }
  co_return co_await database_.read([&](storage::Transaction& tx) -> Result<std::vector<QueueKey>> {
    return list_queues(tx, node_.owner());
  });
}

net::Task<> Dispatcher::load() {
  if (loading_ || stopped_) co_return;
  loading_ = true;
  if ((look_again_ || clock_.now() >= look_again_at_) && !co_await find_queues_behind()) {
    co_return end_load();
  }
  const auto wanted = queues_to_load();
  if (wanted.empty()) co_return end_load();
  for (const auto& each : wanted) {
    behind_.erase(each.key);
    being_read_.insert(each.key);
  }
  auto loaded =
      co_await database_.read([&](storage::Transaction& tx) -> Result<std::vector<LoadedQueue>> {
        std::vector<LoadedQueue> all;
        for (const auto& each : wanted) {
          all.push_back(load_queue(tx, accounts_, node_.owner(), each.key, each.most, each.held));
        }
        return all;
      });
  const auto settled = std::exchange(settled_while_loading_, {});
  if (!loaded) {
    for (const auto& each : wanted) behind_.try_emplace(each.key);
    load_again_at_ = clock_.now() + store_pause;
    co_return end_load();
  }
  for (auto& queue : *loaded) {
    std::optional<double> pace;
    for (auto& each : queue.messages) {
      pace = each.queued.queueing.paced ? pace_of(each.queued.queueing.sender_type) : 0;
      if (!settled.contains(each.queued.sid)) take_loaded(std::move(each));
    }
    if (!queue.complete) behind_.insert_or_assign(queue.key, pace);
  }
  end_load();
  pump();
}

net::Task<bool> Dispatcher::find_queues_behind() {
  look_again_ = false;
  listing_ = true;
  auto keys = co_await list_all_queues();
  listing_ = false;
  if (!keys) {
    look_again_ = true;
    load_again_at_ = clock_.now() + store_pause;
    co_return false;
  }
  look_again_at_ = clock_.now() + look_again_every;
  for (auto& key : *keys) behind_.try_emplace(std::move(key));
  co_return true;
}

// What came meanwhile follows what was read, in memory or, where the store still holds older ones,
// there.
void Dispatcher::end_load() {
  loading_ = false;
  being_read_.clear();
  settled_while_loading_.clear();
  const auto late = std::exchange(late_, {});
  for (const auto& job : late) {
    const QueueKey key{job->priority, job->sender};
    if (look_again_ || behind_.contains(key) || queue_.room_of(key, job->pace) == 0) {
      behind_[key] = job->pace;
    } else {
      add(job);
    }
  }
  // Else they would wait for the next tick. Not at each end: a load that finds no room would load
  // again at once, and so on.
  if (!late.empty()) pump();
}

void Dispatcher::take_loaded(Loaded loaded) {
  auto job = make_job(std::move(loaded.message), std::move(loaded.queued.queueing));
  if (!job) return;
  if (!loaded.queued.submitted) {
    add(std::move(job));
    return;
  }
  // A process that is no more had begun to send it.
  job->in_doubt = true;
  job->doubts = 1;
  const auto* link = find_link(loaded.queued.carrier);
  const auto guarantee =
      link ? link->carrier->traits().guarantee : DeliveryGuarantee::at_least_once;
  if (guarantee == DeliveryGuarantee::at_least_once) {
    add(std::move(job));
    return;
  }
  if (!held_[{job->priority, job->sender}].insert(job->message.sid).second) return;
  job->link = static_cast<std::size_t>(
      std::ranges::find(links_, link, [](const Link& each) { return &each; }) - links_.begin());
  job->because = "a process ended while it was sent";
  took(*job);
  finish(std::move(job),
         guarantee == DeliveryGuarantee::at_most_once ? Ending::sent : Ending::held);
}

// Of an MMS that was claimed; then it goes to its carrier.
net::Task<> Dispatcher::load_media(JobPtr job) {
  const auto& message = job->message;
  auto media = co_await database_.read([&](storage::Transaction& tx) -> Result<MediaList> {
    TRY_ASSIGN(const auto account, accounts_.find(tx, message.account));
    MediaList all;
    for (int i = 0; i < message.num_media; ++i) {
      TRY_ASSIGN(auto item, read_media(tx, *account->keys, message.sid, i));
      all.push_back(std::make_shared<const MediaItem>(std::move(item)));
    }
    return all;
  });
  --loading_media_;
  if (media) {
    job->media = std::move(*media);
    link_of(*job).parts.push_back({job, 0});
  } else {
    // Either the store is away, or they went with their account.
    const bool gone = media.error().code == Errc::not_found;
    job->outcomes[0].result = gone ? SubmitResult::refused : SubmitResult::not_sent;
    job->outcomes[0].error_code = error_media_not_fetched;
    job->open = 0;
    job_done(job);
  }
  pump();
}

net::Task<> Dispatcher::look_at_due() {
  struct Due {
    std::vector<Accepted> queued;
    std::vector<webhooks::Delivery> told;
    bool more = false;
  };
  const auto some = co_await database_.read([&, now = clock_.now()](storage::Transaction& tx) {
    return Result<bool>(!list_due(tx, node_.owner(), now, 1).empty());
  });
  if (!some || !*some) {
    looking_at_due_ = false;
    co_return;
  }
  Due due;
  const Settlement settlement{vault_, accounts_, webhooks_.outbox(), {}, {}};
  const auto settled =
      co_await database_.transact([&, now = clock_.now()](storage::Transaction& tx) -> Result<> {
        due = {};
        for (auto& each : list_due(tx, node_.owner(), now, due_at_once)) {
          TRY_ASSIGN(auto message,
                     settle_due(tx, settlement, each.sid, each.account, each.held, now, due.told));
          if (message) {
            const bool is_mms = message->is_mms();
            due.queued.push_back({std::move(*message), std::move(each.queueing), is_mms});
          }
        }
        return {};
      });
  looking_at_due_ = false;
  if (!settled || stopped_) co_return;
  webhooks_.kept(std::move(due.told));
  for (auto& each : due.queued) queued(std::move(each));
}

net::Task<> Dispatcher::stop(std::chrono::seconds at_most) {
  stopped_ = true;
  const auto deadline = clock_.now() + at_most;
  const auto busy = [this] {
    return claiming_ || settling_ > 0 || loading_media_ > 0 ||
           std::ranges::any_of(links_, [](const Link& link) { return link.outstanding > 0; });
  };
  while (busy() && clock_.now() < deadline) {
    co_await net::sleep_for(std::chrono::milliseconds(10));
  }
  co_await unclaim();
  tasks_.cancel();
  co_await tasks_.wait();
}

net::Task<> Dispatcher::unclaim() {
  // Of a message that waits every part has its outcome; of one that was claimed last, none of the
  // parts may be out.
  auto waiting = queue_.all();
  std::unordered_map<JobPtr, std::size_t> here;  // parts that were not handed over
  for (const auto& job : waiting) here[job] = 0;
  for (const auto& link : links_) {
    for (const auto& part : link.parts) ++here[part.job];
  }
  std::vector<MessageSid> untouched;
  for (const auto& [job, parts] : here) {
    const bool none_out = std::ranges::none_of(job->outcomes, [](const SubmitOutcome& outcome) {
      return outcome.result == SubmitResult::accepted || outcome.result == SubmitResult::unknown;
    });
    if (job->claimed && !job->in_doubt && job->open == parts && none_out) {
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
