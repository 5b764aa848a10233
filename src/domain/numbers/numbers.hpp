// The front of the room: its routes, and what it does now and then.
#pragma once

#include "base/clock.hpp"
#include "domain/api/api.hpp"
#include "domain/webhooks/webhooks.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::numbers {

// Lives on the control thread; keeps nothing but references.
class Numbers {
 public:
  Numbers(storage::Database& database, const vault::Vault& vault, webhooks::Webhooks& webhooks,
          const Clock& clock)
      : database_(database), vault_(vault), webhooks_(webhooks), clock_(clock) {}

  void mount(api::Api& api);

  // Offers again what has rested, in bounded steps; call now and then, while the clock is believed.
  // What fails goes to the log, and is tried again at the next call.
  net::Task<> end_rests();

 private:
  storage::Database& database_;
  const vault::Vault& vault_;
  webhooks::Webhooks& webhooks_;
  const Clock& clock_;
};

}  // namespace cloudvno::numbers
