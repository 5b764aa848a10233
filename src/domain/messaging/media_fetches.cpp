// Media of accepted MMS.
#include "domain/messaging/media_fetches.hpp"

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "domain/messaging/delivery_errors.hpp"
#include "domain/messaging/follow_move.hpp"
#include "domain/messaging/message_store.hpp"

namespace cloudvno::messaging {
namespace {

constexpr std::chrono::seconds store_pause{1};     // after the store failed
constexpr std::chrono::seconds look_at_least{10};  // a commit may have kept what nobody told us of

}  // namespace

MediaFetches::MediaFetches(storage::Database& database, const cluster::Node& node,
                           accounts::Accounts& accounts, webhooks::Webhooks& webhooks,
                           const Clock& clock, MediaSource& source, net::Executor control,
                           std::function<void(Accepted)> ready)
    : database_(database),
      node_(node),
      accounts_(accounts),
      webhooks_(webhooks),
      clock_(clock),
      source_(source),
      ready_(std::move(ready)),
      tasks_(std::move(control), "media") {}

void MediaFetches::tick() {
  if (stopped_ || looking_ || !node_.holds_lease() || running_.size() == most_messages) return;
  if (!look_ && clock_.now() < look_at_) return;
  looking_ = true;
  look_ = false;
  tasks_.spawn("find", find());
}

net::Task<> MediaFetches::stop() {
  stopped_ = true;
  tasks_.cancel();
  co_await tasks_.wait();
}

net::Task<> MediaFetches::find() {
  std::map<AccountSid, std::size_t> counts;
  for (const auto& [message, account] : running_) ++counts[account];
  std::vector<AccountSid> full;
  for (const auto& [account, count] : counts) {
    if (count >= most_of_account) full.push_back(account);
  }
  // Those under way stand in the store still.
  constexpr std::int64_t most = 2 * most_messages;
  auto found =
      co_await database_.read([&](storage::Transaction& tx) -> Result<std::vector<WaitsForMedia>> {
        return list_waiting_for_media(tx, node_.owner(), full, most);
      });
  looking_ = false;
  const auto now = clock_.now();
  look_at_ = now + look_at_least;
  if (!found) {
    look_at_ = now + store_pause;
    co_return;
  }
  for (auto& each : *found) {
    if (stopped_ || running_.size() == most_messages) co_return;
    if (running_.contains(each.sid)) continue;
    if (each.at > now) {
      look_at_ = std::min(look_at_, each.at);
      break;
    }
    if (counts[each.account] >= most_of_account) {
      look_ = true;  // others may stand behind its rows
      continue;
    }
    ++counts[each.account];
    begin(std::move(each));
  }
}

void MediaFetches::begin(WaitsForMedia waiting) {
  running_.emplace(waiting.sid, waiting.account);
  tasks_.spawn("fetch", run(std::move(waiting)));
}

net::Task<> MediaFetches::run(WaitsForMedia waiting) {
  const auto sid = waiting.sid;
  const bool kept = co_await fetch_all(waiting);
  running_.erase(sid);
  if (kept) {
    look_ = true;  // a place is free
  } else {
    look_at_ = clock_.now() + store_pause;
  }
}

// False where the store failed: the message is looked at again.
net::Task<bool> MediaFetches::fetch_all(const WaitsForMedia& waiting) {
  const auto work = co_await load(waiting);
  if (!work) {
    if (work.error().code != Errc::not_found) co_return false;
    co_return co_await end(waiting, error_media_not_fetched);
  }
  if (work->message.expires_at() <= clock_.now()) {
    co_return co_await end(waiting, error_validity_expired);
  }
  std::size_t left = most_media_bytes;
  for (const auto& item : work->items) {
    left -= std::min(left, static_cast<std::size_t>(item.entry.size));
  }
  for (const auto& item : work->items) {
    if (item.url.empty()) continue;
    if (left == 0) co_return co_await end(waiting, error_media_too_large);
    const auto fetched = co_await source_.fetch(item.url, left);
    if (!fetched) {
      const bool again = fetched.error().may_pass && item.entry.attempts + 1 < most_attempts;
      if (again) co_return co_await try_later(waiting, item.entry);
      co_return co_await end(waiting, fetched.error().error_code);
    }
    left -= fetched->content.size();
    if (!co_await keep(waiting, item.entry.number, *fetched)) co_return false;
  }
  co_return co_await queue(waiting);
}

net::Task<Result<MediaFetches::Work>> MediaFetches::load(const WaitsForMedia& waiting) {
  co_return co_await database_.read([&](storage::Transaction& tx) -> Result<Work> {
    TRY_ASSIGN(const auto account, accounts_.find(tx, waiting.account));
    Work work;
    TRY_ASSIGN(work.message, find_message(tx, *account->keys, waiting.account, waiting.sid));
    for (auto& entry : list_media(tx, waiting.sid)) {
      Item item{std::move(entry), {}};
      if (!item.entry.is_there()) {
        TRY_ASSIGN(item.url, read_media_url(tx, *account->keys, waiting.sid, item.entry.number));
      }
      work.items.push_back(std::move(item));
    }
    return work;
  });
}

net::Task<bool> MediaFetches::keep(const WaitsForMedia& waiting, int number,
                                   const MediaItem& item) {
  static auto& fetched = metrics::counter("cloudvno_media_fetched_total", "Media of MMS fetched");
  const auto kept = co_await database_.transact([&](storage::Transaction& tx) -> Result<> {
    TRY_ASSIGN(const auto account, accounts_.find(tx, waiting.account));
    keep_fetched(tx, *account->keys, waiting.account, waiting.sid, number, item);
    return {};
  });
  if (kept) fetched.add();
  // Of an account that was erased meanwhile: the next look finds the row gone.
  co_return kept.has_value();
}

net::Task<bool> MediaFetches::try_later(const WaitsForMedia& waiting, const MediaEntry& entry) {
  const auto pause = first_pause * (entry.attempts == 0 ? 1 : 4);
  const auto kept = co_await database_.transact(
      [&, at = clock_.now() + pause](storage::Transaction& tx) -> Result<> {
        if (fetch_media_at(tx, waiting.sid, node_.owner(), at)) {
          count_attempt(tx, waiting.sid, entry.number);
        }
        return {};
      });
  co_return kept.has_value();
}

net::Task<bool> MediaFetches::end(const WaitsForMedia& waiting, int error_code) {
  static auto& failed =
      metrics::counter("cloudvno_media_failed_total", "MMS that failed for want of their media");
  std::vector<webhooks::Delivery> told;
  const auto kept =
      co_await database_.transact([&, now = clock_.now()](storage::Transaction& tx) -> Result<> {
        told.clear();
        if (!dequeue_without_media(tx, waiting.sid, node_.owner())) return {};
        const auto account = accounts_.find(tx, waiting.account);
        auto message = account ? find_message(tx, *(*account)->keys, waiting.account, waiting.sid)
                               : Result<Message>(fail(account.error()));
        if (!message) {
          // It went with its account.
          return message.error().code == Errc::not_found ? Result<>() : fail(message.error());
        }
        if (!move_message(tx, *message, MessageStatus::failed, error_code, now)) return {};
        return follow_move(tx, webhooks_.outbox(), *(*account)->keys, *message, now, told);
      });
  if (!kept) co_return false;
  failed.add();
  webhooks_.kept(std::move(told));
  co_return true;
}

net::Task<bool> MediaFetches::queue(const WaitsForMedia& waiting) {
  std::optional<Message> message;
  const auto kept = co_await database_.transact([&](storage::Transaction& tx) -> Result<> {
    message.reset();
    TRY_ASSIGN(const auto account, accounts_.find(tx, waiting.account));
    if (!media_are_there(tx, waiting.sid, node_.owner())) return {};
    TRY_ASSIGN(message, find_message(tx, *account->keys, waiting.account, waiting.sid));
    return {};
  });
  if (kept && message) ready_({std::move(*message), waiting.queueing});
  co_return kept || kept.error().code == Errc::not_found;
}

}  // namespace cloudvno::messaging
