// Ends the wait for missing parts of inbound texts, in the background.
#pragma once

#include "base/clock.hpp"
#include "domain/accounts/accounts.hpp"
#include "domain/webhooks/webhooks.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::messaging {

// Lives on the control thread; what it is given outlives it. Any number of processes may do this
// beside each other.
class OverdueParts {
 public:
  OverdueParts(storage::Database& database, const vault::Vault& vault, accounts::Accounts& accounts,
               webhooks::Webhooks& webhooks, const Clock& clock)
      : database_(database),
        vault_(vault),
        accounts_(accounts),
        webhooks_(webhooks),
        clock_(clock) {}

  // All that are overdue, a few in each transaction. Call it every few seconds.
  net::Task<> end();

 private:
  storage::Database& database_;
  const vault::Vault& vault_;
  accounts::Accounts& accounts_;
  webhooks::Webhooks& webhooks_;
  const Clock& clock_;
};

}  // namespace cloudvno::messaging
