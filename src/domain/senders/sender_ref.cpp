// Reading and finding senders.
#include "domain/senders/sender_ref.hpp"

#include "domain/numbers/number_store.hpp"
#include "domain/senders/sender_pool_store.hpp"

namespace cloudvno::senders {

Result<SenderRef> read_sender(api::Input& in, std::string_view name) {
  // A text that is no pool's SID is judged, and refused, as a number.
  if (const auto text = in.optional_text(name, 64); text && *text) {
    if (const auto pool = SenderPoolSid::parse(**text)) return SenderRef{{}, *pool};
  }
  TRY_ASSIGN(auto number, in.sender(name));
  return SenderRef{std::move(number)};
}

Result<std::vector<numbers::Number>> find_senders(storage::Transaction& tx,
                                                  const vault::Vault& vault,
                                                  const vault::Keys& keys,
                                                  const AccountSid& account, bool live,
                                                  const SenderRef& sender) {
  const auto not_owned = [&](const Error& error) -> std::unexpected<Error> {
    if (error.code != Errc::not_found) return fail(error);
    return fail(Errc::from_number_not_owned, {}, "from");
  };
  if (sender.pool) {
    const auto pool = find_pool(tx, keys, account, *sender.pool);
    if (!pool) return not_owned(pool.error());
    if (pool->live != live) return fail(Errc::from_number_not_owned, {}, "from");
    return list_members(tx, keys, *sender.pool);
  }
  const auto number = numbers::find_number(tx, vault, keys, account, sender.number);
  if (!number) return not_owned(number.error());
  if (number->live != live) return fail(Errc::from_number_not_owned, {}, "from");
  return list_pool_mates(tx, keys, *number);
}

}  // namespace cloudvno::senders
