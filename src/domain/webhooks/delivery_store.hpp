// SQL of the table webhook_delivery.
#pragma once

#include <vector>

#include "base/result.hpp"
#include "domain/accounts/accounts.hpp"
#include "domain/webhooks/delivery.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::webhooks {

// In the transaction of the state change that it tells of.
void insert_delivery(storage::Transaction& tx, const vault::Keys& keys, const Delivery& delivery);
// After an attempt. False, and nothing is changed, where another attempt of the same number was
// written before.
bool update_delivery(storage::Transaction& tx, const Delivery& delivery, Time now);

// Pending deliveries with at least `attempts` behind them and due by `until`, oldest first, at most
// `most`. Those whose account cannot be opened are left out.
std::vector<Delivery> list_due_deliveries(storage::Transaction& tx, accounts::Accounts& accounts,
                                          Time until, int attempts, std::int64_t most);

}  // namespace cloudvno::webhooks
