// What a carrier's receipt does to a message. Runs in a body.
#pragma once

#include "domain/accounts/accounts.hpp"
#include "domain/messaging/carrier.hpp"
#include "domain/messaging/message.hpp"
#include "domain/webhooks/outbox.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::messaging {

struct ReceiptEffect {
  bool known = false;                    // false: no part with that carrier id
  bool may_come = false;                 // the id, with another process's outcome
  bool ended = false;                    // a part, for the first time
  std::vector<webhooks::Delivery> told;  // kept; to be sent after the commit
};

// A message is delivered when all its parts are, but for those that the carrier took without an id
// (no receipt can tell of them, as where it took the text as a whole), and undelivered when the
// first of them is. A
// second receipt for a part, and one that comes after the final state, change nothing.
Result<ReceiptEffect> apply_receipt(storage::Transaction& tx, const vault::Vault& vault,
                                    accounts::Accounts& accounts, const webhooks::Outbox& outbox,
                                    std::string_view carrier, const Receipt& receipt, Time now);

}  // namespace cloudvno::messaging
