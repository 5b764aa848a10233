// Which number of a pool a message goes out from. In a body.
#pragma once

#include <vector>

#include "base/result.hpp"
#include "domain/numbers/number.hpp"
#include "domain/senders/sender_pool.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::senders {

struct Choice {
  numbers::Number sender;
  std::vector<numbers::Number> members;  // all of the pool: an opt-out to one is one to all
};

// Where the pool is sticky, the choice is kept for the recipient's next message, in the same
// transaction. Errc::from_number_not_owned where there is no such pool in the mode, Errc::no_sender
// where no member can send to the recipient.
Result<Choice> choose_sender(storage::Transaction& tx, const vault::Keys& keys,
                             const AccountSid& account, bool live, const SenderPoolSid& pool,
                             const PhoneNumber& recipient, bool with_media, Time now);

}  // namespace cloudvno::senders
