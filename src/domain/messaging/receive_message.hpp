// A message that comes in from a carrier: joined from its parts, kept, and told to the number's
// sms_url. In a body.
#pragma once

#include "domain/accounts/accounts.hpp"
#include "domain/messaging/carrier.hpp"
#include "domain/messaging/message.hpp"
#include "domain/webhooks/outbox.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::messaging {

// References repeat, so parts of an older text must not join with those of a newer one.
inline constexpr std::chrono::hours inbound_parts_join_within{1};

struct InboundEffect {
  bool ours = false;                     // an account holds the number on this carrier
  std::vector<webhooks::Delivery> told;  // kept; to be sent after the commit
};

Result<InboundEffect> receive_message(storage::Transaction& tx, const vault::Vault& vault,
                                      accounts::Accounts& accounts, const webhooks::Outbox& outbox,
                                      std::string_view carrier, const InboundPart& part, Time now);

}  // namespace cloudvno::messaging
