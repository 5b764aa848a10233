// What a carrier's receipt does to a message.
#include "domain/messaging/apply_receipt.hpp"

#include "domain/messaging/carrier_ref.hpp"
#include "domain/messaging/follow_move.hpp"
#include "domain/messaging/message_store.hpp"
#include "domain/messaging/queue_store.hpp"
#include "platform/cluster/node_store.hpp"

namespace cloudvno::messaging {
namespace {

// At the carrier, of another process: it may tell one of a message that another sent. What this
// one has out, it knows.
bool is_anything_out(storage::Transaction& tx, std::string_view self, std::string_view carrier) {
  return std::ranges::any_of(cluster::list_nodes(tx), [&](const cluster::NodeRow& node) {
    return node.owner != self && has_submitted(tx, node.owner, carrier);
  });
}

// Whether each of the message's parts is delivered or will never be reported. A carrier that splits
// texts itself took the message as one part.
bool all_delivered(storage::Transaction& tx, const Message& message) {
  const auto rows = tx.query(
      "SELECT COUNT(*), COUNT(CASE WHEN status = 'delivered' OR (status = 'sent' AND carrier_ref "
      "IS NULL) THEN 1 END) FROM message_part WHERE message_sid = $1",
      message.sid);
  if (!rows->next()) return false;
  const auto done = rows->integer(1);
  return done == message.num_segments ||
         (message.status == MessageStatus::sent && done == rows->integer(0));
}

// Other messages have ids that look like this one's in another notation.
Result<bool> names_its_recipient(storage::Transaction& tx, accounts::Accounts& accounts,
                                 const Receipt& receipt, const FoundPart& part) {
  if (receipt.parties.empty()) return true;
  TRY_ASSIGN(const auto account, accounts.find(tx, part.account));
  TRY_ASSIGN(const auto message, find_message(tx, *account->keys, part.account, part.message));
  return std::ranges::find(receipt.parties, message.to) != receipt.parties.end();
}

}  // namespace

Result<ReceiptEffect> apply_receipt(storage::Transaction& tx, const vault::Vault& vault,
                                    accounts::Accounts& accounts, const webhooks::Outbox& outbox,
                                    std::string_view carrier, const Receipt& receipt, Time now) {
  ReceiptEffect effect;
  const auto ref = carrier_ref(vault, carrier, receipt.carrier_id);
  if (ref.empty()) return effect;
  auto part = find_part(tx, ref);
  if (!part) {
    effect.may_come = is_anything_out(tx, outbox.owner(), carrier);
    if (effect.may_come) return effect;
    // Between the two looks another process may have written the last outcome.
    part = find_part(tx, ref);
    if (!part) return effect;
  }
  TRY_ASSIGN(const bool fits, names_its_recipient(tx, accounts, receipt, *part));
  if (!fits) return effect;
  effect.known = true;
  if (receipt.state == ReceiptState::in_progress) return effect;
  const bool delivered = receipt.state == ReceiptState::delivered;
  if (!settle_part(tx, *part, delivered ? PartStatus::delivered : PartStatus::undelivered))
    return effect;
  effect.ended = true;

  TRY_ASSIGN(const auto account, accounts.find(tx, part->account));
  // Another process may settle another part just now: who comes second counts both.
  TRY_ASSIGN(auto message, find_message(tx, *account->keys, part->account, part->message,
                                        storage::RowLock::wait));
  if (delivered && message.num_segments > 1 && !all_delivered(tx, message)) return effect;
  const bool moved =
      delivered ? move_message(tx, message, MessageStatus::delivered, std::nullopt, now)
                : move_message(tx, message, MessageStatus::undelivered, receipt.error_code, now);
  if (!moved) return effect;
  TRY(follow_move(tx, outbox, *account->keys, message, now, effect.told));
  return effect;
}

}  // namespace cloudvno::messaging
