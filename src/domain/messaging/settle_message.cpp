// What became of a message that was to go out.
#include "domain/messaging/settle_message.hpp"

#include "domain/messaging/carrier_ref.hpp"
#include "domain/messaging/delivery_errors.hpp"
#include "domain/messaging/follow_move.hpp"
#include "domain/messaging/message_store.hpp"
#include "domain/messaging/queue_store.hpp"
#include "domain/numbers/number_store.hpp"
#include "domain/optouts/opt_outs.hpp"

namespace cloudvno::messaging {
namespace {

Result<> tell(storage::Transaction& tx, const Settlement& with, const Message& message, Time now,
              std::vector<webhooks::Delivery>& told) {
  const auto account = with.accounts.find(tx, message.account);
  if (!account && account.error().code == Errc::not_found) return {};
  TRY(account);
  return follow_move(tx, with.outbox, *(*account)->keys, message, now, told);
}

// What has changed since a message was scheduled, as its error code.
Result<std::optional<int>> why_not_any_more(storage::Transaction& tx, const Settlement& with,
                                            const vault::Keys& keys, const Message& message) {
  const auto sender = numbers::find_number(tx, with.vault, keys, message.account, message.from);
  if (!sender && sender.error().code != Errc::not_found) return fail(sender.error());
  if (!sender || sender->live != message.live) return error_sender_gone;
  if (optouts::is_opted_out(tx, with.vault, message.from, message.to)) return error_unsubscribed;
  return std::nullopt;
}

bool went_out(const Job& job) {
  return job.in_doubt || std::ranges::any_of(job.outcomes, [](const auto& outcome) {
           return outcome.result == SubmitResult::accepted;
         });
}

int refusal_of(const Job& job) {
  const auto refusal =
      std::ranges::find(job.outcomes, SubmitResult::refused, &SubmitOutcome::result);
  return refusal == job.outcomes.end() ? error_not_known : refusal->error_code;
}

bool move(storage::Transaction& tx, Message& message, const Job& job, Ending ending, Time now) {
  using enum MessageStatus;
  switch (ending) {
    case Ending::sent:
    case Ending::held:
      return move_message(tx, message, sent, std::nullopt, now);
    case Ending::refused:
      return move_message(tx, message, failed, refusal_of(job), now);
    case Ending::expired:
      return move_message(tx, message, went_out(job) ? undelivered : failed, error_validity_expired,
                          now);
    case Ending::no_route:
      return move_message(tx, message, failed, error_no_route, now);
  }
  return false;
}

}  // namespace

void insert_accepted_parts(storage::Transaction& tx, const vault::Vault& vault,
                           std::string_view carrier, const Job& job) {
  for (std::size_t i = 0; i < job.outcomes.size(); ++i) {
    const auto& outcome = job.outcomes[i];
    if (outcome.result != SubmitResult::accepted) continue;
    insert_part(tx, job.message, static_cast<int>(i) + 1,
                carrier_ref(vault, carrier, outcome.carrier_id));
  }
}

Result<> settle_message(storage::Transaction& tx, const Settlement& with, const Job& job,
                        Ending ending, Time now, std::vector<webhooks::Delivery>& told) {
  auto message = job.message;
  const bool taken = ending == Ending::sent || ending == Ending::held;
  if (taken) {
    message.carrier = with.carrier;
    message.route = job.because;
    if (message.live && with.price_per_part) {
      message.price = *with.price_per_part * message.num_segments;
    }
  }
  insert_accepted_parts(tx, with.vault, with.carrier, job);
  if (ending == Ending::held) {
    hold(tx, message.sid, job.expires_at);
  } else {
    dequeue(tx, message.sid);
  }
  if (!move(tx, message, job, ending, now)) return {};
  return tell(tx, with, message, now, told);
}

Result<std::optional<Message>> settle_due(storage::Transaction& tx, const Settlement& with,
                                          const MessageSid& sid, const AccountSid& account_sid,
                                          bool held, Time now,
                                          std::vector<webhooks::Delivery>& told) {
  const auto account = with.accounts.find(tx, account_sid);
  auto message = account ? find_message(tx, *(*account)->keys, account_sid, sid)
                         : Result<Message>(fail(account.error()));
  if (!message) {
    if (message.error().code != Errc::not_found) return fail(message.error());
    dequeue(tx, sid);
    return std::nullopt;
  }
  const auto& keys = *(*account)->keys;
  using enum MessageStatus;
  if (held) {
    dequeue(tx, sid);
    if (!move_message(tx, *message, undelivered, error_not_known, now)) return std::nullopt;
    TRY(follow_move(tx, with.outbox, keys, *message, now, told));
    return std::nullopt;
  }
  TRY_ASSIGN(const auto why_not, why_not_any_more(tx, with, keys, *message));
  const bool moved = move_message(tx, *message, why_not ? failed : queued, why_not, now);
  if (moved) TRY(follow_move(tx, with.outbox, keys, *message, now, told));
  if (!moved || why_not) {
    dequeue(tx, sid);
    return std::nullopt;
  }
  make_due(tx, sid, now);
  return std::optional(std::move(*message));
}

}  // namespace cloudvno::messaging
