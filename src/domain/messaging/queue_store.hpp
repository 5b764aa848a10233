// SQL of the tables outbound_queue and message_part: what waits for a carrier, and what carriers
// took.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "domain/messaging/message.hpp"
#include "domain/messaging/outqueue.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::messaging {

// Where a message stands among the queued ones.
struct Queueing {
  std::string sender;       // Message::from as the account's blind index
  std::string sender_type;  // of numbers::number_types
  Priority priority = Priority::normal;
  bool paced = false;  // held to its sender's pace
};

// A scheduled message waits for its send_at, an MMS for its media.
void enqueue(storage::Transaction& tx, const Message& message, const Queueing& queueing,
             std::string_view owner);
// Written before a message's first byte goes to the carrier. False, and nothing is changed, where
// the row is not the owner's any more: another node has adopted it, or it is done.
bool mark_submitted(storage::Transaction& tx, const MessageSid& sid, std::string_view owner,
                    std::string_view carrier, Time now);
// Takes mark_submitted() back: not a byte went out after all.
void mark_not_submitted(storage::Transaction& tx, const MessageSid& sid, std::string_view owner);
void dequeue(storage::Transaction& tx, const MessageSid& sid);
// It is sent no more; only looked at again at that time (DeliveryGuarantee::hold_for_receipt).
void hold(storage::Transaction& tx, const MessageSid& sid, Time until);
// A scheduled message has another time, or another validity.
void reschedule(storage::Transaction& tx, const Message& message);
// A scheduled message's time has come; its media are still to be fetched, if it has any.
void make_due(storage::Transaction& tx, const MessageSid& sid, Time now);

struct WaitsForMedia {
  MessageSid sid;
  AccountSid account;
  Queueing queueing;
  Time at;  // when they are to be fetched
};
// In the order of their times, at most `most`; without those of the accounts, of which there are at
// most four.
std::vector<WaitsForMedia> list_waiting_for_media(storage::Transaction& tx, std::string_view owner,
                                                  const std::vector<AccountSid>& without,
                                                  std::int64_t most);
// The media are there; are to be fetched later; will not come. False, and nothing is changed, where
// the row is not the owner's any more, or does not wait.
bool media_are_there(storage::Transaction& tx, const MessageSid& sid, std::string_view owner);
bool fetch_media_at(storage::Transaction& tx, const MessageSid& sid, std::string_view owner,
                    Time at);
bool dequeue_without_media(storage::Transaction& tx, const MessageSid& sid, std::string_view owner);

struct QueuedMessage {
  MessageSid sid;
  AccountSid account;
  std::string carrier;     // that it was submitted to, else the sender's own
  bool submitted = false;  // by a process that did not learn the outcome
  bool held = false;
  Queueing queueing;
};
// Rows that the version before wrote get their sender.
void complete_queue(storage::Transaction& tx, std::string_view owner);
// The owner's queues that hold something to be sent now, one after the other.
std::optional<QueueKey> next_queue(storage::Transaction& tx, std::string_view owner,
                                   const std::optional<QueueKey>& after);
// In the order of their SIDs, at most `most`.
std::vector<QueuedMessage> list_queued(storage::Transaction& tx, std::string_view owner,
                                       const QueueKey& key, std::int64_t most);
// Those that were to wait until now.
std::vector<QueuedMessage> list_due(storage::Transaction& tx, std::string_view owner, Time now,
                                    std::int64_t most);
// Whether something that the owner has at the carrier waits for its outcome. Reads the owner's
// queue.
bool has_submitted(storage::Transaction& tx, std::string_view owner, std::string_view carrier);
// All rows of one owner become another's; answers how many (cluster::Adoption).
std::int64_t move_queue(storage::Transaction& tx, std::string_view from, std::string_view to);

enum class PartStatus { sent, delivered, undelivered };

// `carrier_ref` is the blind index of carrier and carrier's id; empty where the carrier gave none.
void insert_part(storage::Transaction& tx, const Message& message, int part, ByteView carrier_ref);

struct FoundPart {
  MessageSid message;
  AccountSid account;
  int part = 1;
};
std::optional<FoundPart> find_part(storage::Transaction& tx, ByteView carrier_ref);
// False if the part's receipt came before.
bool settle_part(storage::Transaction& tx, const FoundPart& part, PartStatus status);

}  // namespace cloudvno::messaging
