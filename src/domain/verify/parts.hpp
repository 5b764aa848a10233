// What the room works with.
#pragma once

#include <array>

#include "base/clock.hpp"
#include "domain/accounts/accounts.hpp"
#include "domain/fraud/guard.hpp"
#include "domain/messaging/messaging.hpp"
#include "domain/verify/code_carrier.hpp"
#include "domain/voice/voice.hpp"
#include "domain/webhooks/webhooks.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::verify {

// Outlives the room. All but the carriers is used in bodies too, whose part of it is constant or
// thread-safe.
struct Parts {
  storage::Database& database;
  const vault::Vault& vault;
  accounts::Accounts& accounts;
  webhooks::Webhooks& webhooks;
  fraud::Guard& guard;
  messaging::Messaging& messaging;
  voice::Voice& voice;
  const Clock& clock;
};

// By channel and mode; set before the first request.
class Carriers {
 public:
  void set(Channel channel, bool live, CodeCarrier& carrier) { at(channel, live) = &carrier; }
  CodeCarrier* find(Channel channel, bool live) const {
    return carriers_[2 * static_cast<std::size_t>(channel) + (live ? 1 : 0)];
  }

 private:
  CodeCarrier*& at(Channel channel, bool live) {
    return carriers_[2 * static_cast<std::size_t>(channel) + (live ? 1 : 0)];
  }
  std::array<CodeCarrier*, 2 * channel_names.size()> carriers_{};
};

}  // namespace cloudvno::verify
