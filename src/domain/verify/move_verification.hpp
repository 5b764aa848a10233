// A verification's change of state: its row and its event. In bodies.
#pragma once

#include <vector>

#include "domain/verify/verification.hpp"
#include "domain/webhooks/outbox.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::verify {

// The event "verification.created" or "verification.<status>" of its state as it stands.
void tell_verification(storage::Transaction& tx, const webhooks::Outbox& outbox,
                       const vault::Keys& keys, const Verification& verification, Time now,
                       std::vector<webhooks::Delivery>& told);

// Moves a pending one, whose row is locked, to another state.
void move_verification(storage::Transaction& tx, const webhooks::Outbox& outbox,
                       const vault::Keys& keys, Verification& verification, Status to, Time now,
                       std::vector<webhooks::Delivery>& told);

}  // namespace cloudvno::verify
