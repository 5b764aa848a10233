// Reading outgoing messages that the store holds and memory does not. Runs in bodies.
#pragma once

#include <optional>
#include <unordered_set>
#include <vector>

#include "domain/accounts/accounts.hpp"
#include "domain/messaging/queue_store.hpp"

namespace cloudvno::messaging {

struct Loaded {
  QueuedMessage queued;
  Message message;
};

// One queue's oldest that memory lacks.
struct LoadedQueue {
  QueueKey key;
  std::vector<Loaded> messages;
  bool complete = false;  // nothing more is in the store
};

// The owner's queues, of rows that the version before wrote too.
std::vector<QueueKey> list_queues(storage::Transaction& tx, std::string_view owner);

// At most `most` besides those that are `held` in memory. What cannot be read, because its account
// is gone or broken, is left out and logged.
LoadedQueue load_queue(storage::Transaction& tx, accounts::Accounts& accounts,
                       std::string_view owner, const QueueKey& key, std::size_t most,
                       const std::unordered_set<MessageSid>& held);

}  // namespace cloudvno::messaging
