// SQL of the tables outbound_queue and message_part.
#include "domain/messaging/queue_store.hpp"

#include <fmt/format.h>

#include "platform/cluster/node_store.hpp"

namespace cloudvno::messaging {
namespace {

std::string_view part_status_name(PartStatus status) {
  switch (status) {
    case PartStatus::sent:
      return "sent";
    case PartStatus::delivered:
      return "delivered";
    case PartStatus::undelivered:
      return "undelivered";
  }
  return "sent";
}

}  // namespace

void enqueue(storage::Transaction& tx, const Message& message, const Queueing& queueing,
             std::string_view owner) {
  const bool scheduled = message.status == MessageStatus::scheduled;
  const auto due_at = scheduled          ? to_micros(*message.send_at)
                      : message.is_mms() ? -to_micros(message.created_at)
                                         : 0;
  tx.run(
      "INSERT INTO outbound_queue (message_sid, account_sid, carrier, attempts, expires_at, owner, "
      "sender, sender_type, priority, paced, due_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
      message.sid, message.account, message.carrier, 0, message.expires_at(), owner,
      as_bytes(queueing.sender), queueing.sender_type, static_cast<int>(queueing.priority),
      queueing.paced, due_at);
}

bool mark_submitted(storage::Transaction& tx, const MessageSid& sid, std::string_view owner,
                    std::string_view carrier, Time now) {
  return tx.run(
             "UPDATE outbound_queue SET submitted_at = $4, attempts = attempts + 1, carrier = $3 "
             "WHERE message_sid = $1 AND owner = $2",
             sid, owner, carrier, now) == 1;
}

void mark_not_submitted(storage::Transaction& tx, const MessageSid& sid, std::string_view owner) {
  tx.run("UPDATE outbound_queue SET submitted_at = NULL WHERE message_sid = $1 AND owner = $2", sid,
         owner);
}

void dequeue(storage::Transaction& tx, const MessageSid& sid) {
  tx.run("DELETE FROM outbound_queue WHERE message_sid = $1", sid);
}

void hold(storage::Transaction& tx, const MessageSid& sid, Time until) {
  tx.run("UPDATE outbound_queue SET held = $2, due_at = $3 WHERE message_sid = $1", sid, true,
         until);
}

void reschedule(storage::Transaction& tx, const Message& message) {
  tx.run("UPDATE outbound_queue SET due_at = $2, expires_at = $3 WHERE message_sid = $1",
         message.sid, message.send_at, message.expires_at());
}

void make_due(storage::Transaction& tx, const MessageSid& sid, Time now) {
  tx.run("UPDATE outbound_queue SET due_at = $2 WHERE message_sid = $1", sid,
         sid.is_other() ? -to_micros(now) : 0);
}

std::vector<WaitsForMedia> list_waiting_for_media(storage::Transaction& tx, std::string_view owner,
                                                  const std::vector<AccountSid>& without,
                                                  std::int64_t most) {
  const auto one = [&](std::size_t i) {
    return i < without.size() ? without[i].view() : std::string_view();
  };
  const auto rows = tx.query(
      "SELECT message_sid, account_sid, sender, sender_type, priority, paced, due_at "
      "FROM outbound_queue WHERE owner = $1 AND due_at < 0 "
      "AND account_sid NOT IN ($2, $3, $4, $5) ORDER BY due_at DESC LIMIT $6",
      owner, one(0), one(1), one(2), one(3), most);
  std::vector<WaitsForMedia> all;
  while (rows->next()) {
    WaitsForMedia each;
    each.sid = rows->sid<MessageSid>(0);
    each.account = rows->sid<AccountSid>(1);
    each.queueing.sender = as_text(rows->bytes(2));
    each.queueing.sender_type = rows->text(3);
    each.queueing.priority = static_cast<Priority>(rows->integer(4));
    each.queueing.paced = rows->boolean(5);
    each.at = from_micros(-rows->integer(6));
    all.push_back(std::move(each));
  }
  return all;
}

bool media_are_there(storage::Transaction& tx, const MessageSid& sid, std::string_view owner) {
  return tx.run(
             "UPDATE outbound_queue SET due_at = 0 WHERE message_sid = $1 AND owner = $2 "
             "AND due_at < 0",
             sid, owner) == 1;
}

bool fetch_media_at(storage::Transaction& tx, const MessageSid& sid, std::string_view owner,
                    Time at) {
  return tx.run(
             "UPDATE outbound_queue SET due_at = $3 WHERE message_sid = $1 AND owner = $2 "
             "AND due_at < 0",
             sid, owner, -to_micros(at)) == 1;
}

bool dequeue_without_media(storage::Transaction& tx, const MessageSid& sid,
                           std::string_view owner) {
  return tx.run("DELETE FROM outbound_queue WHERE message_sid = $1 AND owner = $2 AND due_at < 0",
                sid, owner) == 1;
}

void complete_queue(storage::Transaction& tx, std::string_view owner) {
  tx.run(
      "UPDATE outbound_queue SET sender = (SELECT from_index FROM message WHERE sid = message_sid) "
      "WHERE owner = $1 AND sender IS NULL",
      owner);
}

std::optional<QueueKey> next_queue(storage::Transaction& tx, std::string_view owner,
                                   const std::optional<QueueKey>& after) {
  const auto rows = tx.query(
      "SELECT priority, sender FROM outbound_queue WHERE owner = $1 AND due_at = 0 "
      "AND (priority, sender) > ($2, $3) ORDER BY priority, sender LIMIT 1",
      owner, after ? static_cast<int>(after->priority) : -1,
      after ? as_bytes(after->sender) : ByteView());
  if (!rows->next()) return std::nullopt;
  return QueueKey{static_cast<Priority>(rows->integer(0)), std::string(as_text(rows->bytes(1)))};
}

namespace {

// 1:1 with read_queued().
constexpr std::string_view queued_columns =
    "SELECT message_sid, account_sid, carrier, submitted_at, sender, sender_type, priority, paced, "
    "held FROM outbound_queue ";

QueuedMessage read_queued(const storage::Rows& rows) {
  QueuedMessage queued;
  queued.sid = rows.sid<MessageSid>(0);
  queued.account = rows.sid<AccountSid>(1);
  queued.carrier = rows.text(2);
  queued.submitted = !rows.is_null(3);
  queued.queueing.sender = as_text(rows.bytes(4));
  queued.queueing.sender_type = rows.text(5);
  queued.queueing.priority = static_cast<Priority>(rows.integer(6));
  queued.queueing.paced = rows.boolean(7);
  queued.held = rows.boolean(8);
  return queued;
}

}  // namespace

std::vector<QueuedMessage> list_queued(storage::Transaction& tx, std::string_view owner,
                                       const QueueKey& key, std::int64_t most) {
  static const std::string sql = fmt::format(
      "{}WHERE owner = $1 AND priority = $2 AND sender = $3 AND due_at = 0 "
      "ORDER BY substr(message_sid, 3) LIMIT $4",
      queued_columns);
  std::vector<QueuedMessage> queued;
  const auto rows =
      tx.query(sql, owner, static_cast<int>(key.priority), as_bytes(key.sender), most);
  while (rows->next()) queued.push_back(read_queued(*rows));
  return queued;
}

std::vector<QueuedMessage> list_due(storage::Transaction& tx, std::string_view owner, Time now,
                                    std::int64_t most) {
  static const std::string sql =
      fmt::format("{}WHERE owner = $1 AND due_at > 0 AND due_at <= $2 ORDER BY due_at LIMIT $3",
                  queued_columns);
  std::vector<QueuedMessage> queued;
  const auto rows = tx.query(sql, owner, now, most);
  while (rows->next()) queued.push_back(read_queued(*rows));
  return queued;
}

bool has_submitted(storage::Transaction& tx, std::string_view owner, std::string_view carrier) {
  const auto rows = tx.query(
      "SELECT 1 FROM outbound_queue WHERE owner = $1 AND carrier = $2 "
      "AND submitted_at IS NOT NULL LIMIT 1",
      owner, carrier);
  return rows->next();
}

std::int64_t move_queue(storage::Transaction& tx, std::string_view from, std::string_view to) {
  return tx.run(
      "UPDATE outbound_queue SET owner = $2 WHERE owner = $1 AND message_sid IN "
      "(SELECT message_sid FROM outbound_queue WHERE owner = $1 LIMIT $3)",
      from, to, cluster::most_moved);
}

void insert_part(storage::Transaction& tx, const Message& message, int part, ByteView carrier_ref) {
  tx.run(
      "INSERT INTO message_part (message_sid, part, account_sid, carrier_ref, status) "
      "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (message_sid, part) DO UPDATE SET "
      "carrier_ref = excluded.carrier_ref",
      message.sid, part, message.account,
      carrier_ref.empty() ? std::nullopt : std::optional(carrier_ref),
      part_status_name(PartStatus::sent));
}

std::optional<FoundPart> find_part(storage::Transaction& tx, ByteView carrier_ref) {
  const auto rows = tx.query(
      "SELECT message_sid, account_sid, part FROM message_part WHERE carrier_ref = $1 "
      "ORDER BY message_sid DESC LIMIT 1",
      carrier_ref);
  if (!rows->next()) return std::nullopt;
  return FoundPart{rows->sid<MessageSid>(0), rows->sid<AccountSid>(1),
                   static_cast<int>(rows->integer(2))};
}

bool settle_part(storage::Transaction& tx, const FoundPart& part, PartStatus status) {
  return tx.run(
             "UPDATE message_part SET status = $3 WHERE message_sid = $1 AND part = $2 AND status "
             "= 'sent'",
             part.message, part.part, part_status_name(status)) == 1;
}

}  // namespace cloudvno::messaging
