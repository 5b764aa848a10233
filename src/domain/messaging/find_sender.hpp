// The number that a message goes out from, and whether its recipient wants it. In a body.
#pragma once

#include "domain/messaging/accept_message.hpp"
#include "domain/numbers/number.hpp"

namespace cloudvno::messaging {

// The draft's number, or the one that its pool chooses. Errc::from_number_not_owned,
// number_not_sms_capable, number_not_mms_capable, no_sender, unsubscribed.
Result<numbers::Number> find_sender(storage::Transaction& tx, const vault::Vault& vault,
                                    const vault::Keys& keys, const Draft& draft, Time now);

}  // namespace cloudvno::messaging
