// A message that comes in from a carrier: joined from its parts, kept, and told to the number's
// sms_url. A keyword of opting out or in is acted upon, and answered. In a body.
#pragma once

#include "domain/accounts/accounts.hpp"
#include "domain/messaging/accept_message.hpp"
#include "domain/messaging/carrier.hpp"
#include "domain/messaging/carriers.hpp"
#include "domain/messaging/message.hpp"
#include "domain/webhooks/outbox.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::messaging {

struct InboundEffect {
  bool ours = false;                     // an account holds the number on this carrier
  std::vector<webhooks::Delivery> told;  // kept; to be sent after the commit
  std::optional<Accepted> reply;         // to a keyword; queued
};

struct OverdueEffect {
  std::int64_t ended = 0;       // groups taken out of the store
  std::int64_t incomplete = 0;  // of them texts that were handed on with gaps
  std::vector<webhooks::Delivery> told;
};

Result<InboundEffect> receive_message(storage::Transaction& tx, const vault::Vault& vault,
                                      accounts::Accounts& accounts, const Outbound& outbound,
                                      const webhooks::Outbox& outbox, std::string_view carrier,
                                      const InboundPart& part, Time now);

// Hands on, with gaps, at most `most` texts whose missing parts are not waited for any longer; to
// be called again and again, by any process (inbound_parts.hpp).
Result<OverdueEffect> end_overdue_parts(storage::Transaction& tx, const vault::Vault& vault,
                                        accounts::Accounts& accounts,
                                        const webhooks::Outbox& outbox, Time now,
                                        std::int64_t most);

}  // namespace cloudvno::messaging
