// Giving a number back.
#include "domain/numbers/release_number.hpp"

#include "domain/numbers/number_store.hpp"
#include "domain/numbers/resting_store.hpp"

namespace cloudvno::numbers {

Result<> release_number(storage::Transaction& tx, const vault::Vault& vault, const Number& number,
                        Time now) {
  if (!delete_number(tx, number.sid)) return fail(Errc::not_found);
  begin_rest(tx, vault, number.offer(), now);
  return {};
}

std::int64_t release_all(storage::Transaction& tx, const vault::Vault& vault,
                         const vault::Keys& keys, const AccountSid& account, Time now,
                         std::int64_t most) {
  std::vector<NumberSid> sids;
  const auto rows =
      tx.query("SELECT sid FROM incoming_number WHERE account_sid = $1 ORDER BY sid LIMIT $2",
               account, most);
  while (rows->next()) sids.push_back(rows->sid<NumberSid>(0));
  std::int64_t released = 0;
  for (const auto& sid : sids) {
    const auto number = find_number(tx, keys, account, sid);
    if (number && release_number(tx, vault, *number, now)) ++released;
  }
  return released;
}

}  // namespace cloudvno::numbers
