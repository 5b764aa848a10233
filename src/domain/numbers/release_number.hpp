// Giving a number back. In a body.
#pragma once

#include "base/result.hpp"
#include "domain/numbers/number.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::numbers {

// The account and its settings are off the number at once: what comes in on it reaches nobody. It
// rests, and is then offered again. Messages that were accepted before still go out, within the ten
// hours that a message may wait; the rest is much longer, so no later holder is taken for their
// sender. Errc::not_found if it was released meanwhile.
Result<> release_number(storage::Transaction& tx, const vault::Vault& vault, const Number& number,
                        Time now);

// Gives back up to `most` numbers of an account that is about to be erased; answers how many. A
// number that cannot be read stays, for rest_unread() (resting_store.hpp).
std::int64_t release_all(storage::Transaction& tx, const vault::Vault& vault,
                         const vault::Keys& keys, const AccountSid& account, Time now,
                         std::int64_t most);

}  // namespace cloudvno::numbers
