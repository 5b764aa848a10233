// Choosing and judging a message's sender.
#include "domain/messaging/find_sender.hpp"

#include "domain/numbers/number_store.hpp"
#include "domain/optouts/opt_outs.hpp"
#include "domain/senders/choose_sender.hpp"

namespace cloudvno::messaging {

Result<numbers::Number> find_sender(storage::Transaction& tx, const vault::Vault& vault,
                                    const vault::Keys& keys, const Draft& draft, Time now) {
  if (draft.pool) {
    TRY_ASSIGN(auto choice, senders::choose_sender(tx, keys, draft.account, draft.live, *draft.pool,
                                                   draft.to, !draft.media.empty(), now));
    if (optouts::is_opted_out(tx, vault, choice.members, draft.to)) {
      return fail(Errc::unsubscribed, {}, "to");
    }
    return std::move(choice.sender);
  }
  auto sender = numbers::find_number(tx, vault, keys, draft.account, draft.from);
  if (!sender || sender->live != draft.live) {
    if (!sender && sender.error().code != Errc::not_found) return fail(sender.error());
    return fail(Errc::from_number_not_owned, {}, "from");
  }
  if (!sender->sms) return fail(Errc::number_not_sms_capable, {}, "from");
  if (!draft.media.empty() && !sender->mms) return fail(Errc::number_not_mms_capable, {}, "from");
  if (!draft.past_opt_out && optouts::is_opted_out(tx, vault, sender->number, draft.to)) {
    return fail(Errc::unsubscribed, {}, "to");
  }
  return std::move(*sender);
}

}  // namespace cloudvno::messaging
