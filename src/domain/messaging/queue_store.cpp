// SQL of the tables outbound_queue and message_part.
#include "domain/messaging/queue_store.hpp"

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

void enqueue(storage::Transaction& tx, const Message& message, Time expires_at,
             std::string_view owner) {
  tx.run(
      "INSERT INTO outbound_queue (message_sid, account_sid, carrier, attempts, expires_at, owner) "
      "VALUES ($1, $2, $3, $4, $5, $6)",
      message.sid, message.account, message.carrier, 0, expires_at, owner);
}

bool mark_submitted(storage::Transaction& tx, const MessageSid& sid, std::string_view owner,
                    Time now) {
  return tx.run(
             "UPDATE outbound_queue SET submitted_at = $3, attempts = attempts + 1 "
             "WHERE message_sid = $1 AND owner = $2",
             sid, owner, now) == 1;
}

void mark_not_submitted(storage::Transaction& tx, const MessageSid& sid, std::string_view owner) {
  tx.run("UPDATE outbound_queue SET submitted_at = NULL WHERE message_sid = $1 AND owner = $2", sid,
         owner);
}

void dequeue(storage::Transaction& tx, const MessageSid& sid) {
  tx.run("DELETE FROM outbound_queue WHERE message_sid = $1", sid);
}

std::vector<QueuedMessage> list_queued(storage::Transaction& tx, std::string_view owner,
                                       std::string_view carrier, std::int64_t most) {
  std::vector<QueuedMessage> queued;
  const auto rows = tx.query(
      "SELECT message_sid, account_sid, submitted_at, expires_at FROM outbound_queue "
      "WHERE owner = $1 AND carrier = $2 ORDER BY substr(message_sid, 3) LIMIT $3",
      owner, carrier, most);
  while (rows->next()) {
    queued.push_back(
        {rows->sid<MessageSid>(0), rows->sid<AccountSid>(1), !rows->is_null(2), rows->time(3)});
  }
  return queued;
}

std::int64_t move_queue(storage::Transaction& tx, std::string_view from, std::string_view to) {
  return tx.run("UPDATE outbound_queue SET owner = $2 WHERE owner = $1", from, to);
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

std::int64_t count_parts(storage::Transaction& tx, const MessageSid& sid, PartStatus status) {
  const auto rows =
      tx.query("SELECT COUNT(*) FROM message_part WHERE message_sid = $1 AND status = $2", sid,
               part_status_name(status));
  return rows->next() ? rows->integer(0) : 0;
}

}  // namespace cloudvno::messaging
