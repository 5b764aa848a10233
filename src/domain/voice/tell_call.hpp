// What is told of a call's new state and of a recording's: the event, and the status callback.
#pragma once

#include <string_view>
#include <vector>

#include "domain/voice/call.hpp"
#include "domain/voice/recording.hpp"
#include "domain/webhooks/outbox.hpp"

namespace cloudvno::voice {

// In the transaction that writes the state. `recording`: of the whole call, if one was asked for
// with it and the call is over.
void tell_call(storage::Transaction& tx, const webhooks::Outbox& outbox, const vault::Keys& keys,
               const Call& call, const Recording* recording, std::string_view public_url, Time now,
               std::vector<webhooks::Delivery>& kept);
void tell_recording(storage::Transaction& tx, const webhooks::Outbox& outbox,
                    const vault::Keys& keys, const Recording& recording,
                    std::string_view public_url, Time now, std::vector<webhooks::Delivery>& kept);

}  // namespace cloudvno::voice
