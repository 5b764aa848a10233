// What became of the message or call that carried a verification's code last. In a body.
#pragma once

#include "base/result.hpp"
#include "domain/verify/verification.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::verify {

// Fills in delivery_status and delivery_error. A message or call that is gone says nothing.
Result<> find_delivery(storage::Transaction& tx, const vault::Keys& keys,
                       Verification& verification);

}  // namespace cloudvno::verify
