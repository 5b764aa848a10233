// Writing down what became of a message that was to go out. Runs in bodies.
#pragma once

#include "domain/accounts/accounts.hpp"
#include "domain/messaging/job.hpp"
#include "domain/webhooks/outbox.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::messaging {

enum class Ending {
  sent,      // a carrier took it, or may have and is not asked again
  refused,   // for good
  held,      // may have gone out: its receipt is waited for until its validity ends
  expired,   // its validity ended
  no_route,  // no carrier takes such messages any more
};

struct Settlement {
  const vault::Vault& vault;
  accounts::Accounts& accounts;
  const webhooks::Outbox& outbox;
  std::string_view carrier;  // that the job was at
  std::optional<Money> price_per_part;
};

// The parts that the carrier took, so that their receipts find them.
void insert_accepted_parts(storage::Transaction& tx, const vault::Vault& vault,
                           std::string_view carrier, const Job& job);

// The message's new state, its place in the queue gone, its event and callback kept. Of an account
// that was erased meanwhile nobody is told.
Result<> settle_message(storage::Transaction& tx, const Settlement& with, const Job& job,
                        Ending ending, Time now, std::vector<webhooks::Delivery>& told);

// A message whose time to be looked at again has come: a scheduled one becomes queued, and is
// answered, or has failed where the sender was released or the recipient opted out meanwhile; one
// that was held becomes undelivered if no receipt came.
Result<std::optional<Message>> settle_due(storage::Transaction& tx, const Settlement& with,
                                          const MessageSid& sid, const AccountSid& account,
                                          bool held, Time now,
                                          std::vector<webhooks::Delivery>& told);

}  // namespace cloudvno::messaging
