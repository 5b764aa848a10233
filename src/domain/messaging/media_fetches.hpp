// Fetches the media of accepted MMS from where the customers offer them; then the messages are
// queued like others. What waits is in the store, sealed, so nothing is lost with the process: what
// was fetched is kept item by item, and the rest fetched after the next start.
//
//   due_at = -time ──fetch each item──▶ due_at = 0: queued
//                  ──failed, may pass──▶ due_at = -(later), at most three tries an item
//                  ──failed, or the validity ended──▶ failed, with its error code
#pragma once

#include <functional>
#include <map>

#include "base/clock.hpp"
#include "domain/accounts/accounts.hpp"
#include "domain/messaging/accept_message.hpp"
#include "domain/messaging/media_source.hpp"
#include "domain/messaging/media_store.hpp"
#include "domain/messaging/queue_store.hpp"
#include "domain/webhooks/webhooks.hpp"
#include "platform/cluster/node.hpp"
#include "platform/net/runtime.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::messaging {

// Lives on the control thread. Of at most `most_messages` media are fetched at once, one item of
// each after the other, and of one account no more than a quarter: a customer's server that never
// answers holds up that customer's MMS only. What is beyond waits in the store.
class MediaFetches {
 public:
  static constexpr std::size_t most_messages = 16;
  static constexpr std::size_t most_of_account = 4;
  static constexpr int most_attempts = 3;
  static constexpr std::chrono::seconds first_pause{5};  // before the second; then four times that

  // `ready`: called with each message whose media are there, when that is on the disk.
  MediaFetches(storage::Database& database, const cluster::Node& node, accounts::Accounts& accounts,
               webhooks::Webhooks& webhooks, const Clock& clock, MediaSource& source,
               net::Executor control, std::function<void(Accepted)> ready);

  // Something may wait.
  void look() { look_ = true; }
  // Every tenth of a second or so.
  void tick();
  net::Task<> stop();

 private:
  struct Item {
    MediaEntry entry;
    std::string url;  // empty: it is there
  };
  struct Work {
    Message message;
    std::vector<Item> items;
  };

  net::Task<> find();
  void begin(WaitsForMedia waiting);
  net::Task<> run(WaitsForMedia waiting);
  net::Task<bool> fetch_all(const WaitsForMedia& waiting);
  net::Task<Result<Work>> load(const WaitsForMedia& waiting);
  net::Task<bool> keep(const WaitsForMedia& waiting, int number, const MediaItem& item);
  net::Task<bool> try_later(const WaitsForMedia& waiting, const MediaEntry& entry);
  net::Task<bool> end(const WaitsForMedia& waiting, int error_code);
  net::Task<bool> queue(const WaitsForMedia& waiting);

  storage::Database& database_;
  const cluster::Node& node_;
  accounts::Accounts& accounts_;
  webhooks::Webhooks& webhooks_;
  const Clock& clock_;
  MediaSource& source_;
  const std::function<void(Accepted)> ready_;
  std::map<MessageSid, AccountSid> running_;
  bool look_ = true;
  bool looking_ = false;
  bool stopped_ = false;
  Time look_at_;
  net::TaskGroup tasks_;
};

}  // namespace cloudvno::messaging
