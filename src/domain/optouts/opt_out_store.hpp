// SQL of the table opt_out.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/model/phone_number.hpp"
#include "base/time.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::optouts {

// Instance-wide, and all that is kept of an opt-out but its day.
Bytes pair_index(const vault::Vault& vault, const PhoneNumber& sender,
                 const PhoneNumber& recipient);

// False if it stood there.
bool insert_opt_out(storage::Transaction& tx, const Bytes& pair, Time now);
// False if there was none.
bool delete_opt_out(storage::Transaction& tx, const Bytes& pair);
// The earliest day (its begin in UTC) of those that stand; nothing where none does. At most 1,000.
std::optional<Time> find_opt_out(storage::Transaction& tx, std::span<const Bytes> pairs);

}  // namespace cloudvno::optouts
