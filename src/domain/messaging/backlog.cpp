// Reading what waits in the store.
#include "domain/messaging/backlog.hpp"

#include "base/log.hpp"
#include "domain/messaging/message_store.hpp"

namespace cloudvno::messaging {

std::vector<QueueKey> list_queues(storage::Transaction& tx, std::string_view owner) {
  std::vector<QueueKey> keys;
  std::optional<QueueKey> last;
  while ((last = next_queue(tx, owner, last))) keys.push_back(*last);
  return keys;
}

LoadedQueue load_queue(storage::Transaction& tx, accounts::Accounts& accounts,
                       std::string_view owner, const QueueKey& key, std::size_t most,
                       const std::unordered_set<MessageSid>& held) {
  LoadedQueue loaded{key, {}, false};
  // Those in memory are the queue's oldest, but for what was put back: read past them.
  const auto limit = most + held.size();
  auto queued = list_queued(tx, owner, key, static_cast<std::int64_t>(limit));
  loaded.complete = queued.size() < limit;
  for (auto& each : queued) {
    if (held.contains(each.sid)) continue;
    if (loaded.messages.size() == most) {
      loaded.complete = false;
      break;
    }
    const auto account = accounts.find(tx, each.account);
    auto message = account ? find_message(tx, *(*account)->keys, each.account, each.sid)
                           : Result<Message>(fail(account.error()));
    if (!message) {
      log::error("dispatcher.unreadable", {{"message", each.sid.view()}});
      continue;
    }
    loaded.messages.push_back({std::move(each), std::move(*message)});
  }
  return loaded;
}

}  // namespace cloudvno::messaging
