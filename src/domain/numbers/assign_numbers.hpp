// Giving numbers to an account: the first sandbox set, and an operator's own carrier numbers.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "domain/numbers/number.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::numbers {

// One number each of the US (two), GB, FR and AU. Answers them in that order.
// Errc::number_not_available when a country's ranges are used up.
Result<std::vector<Number>> assign_sandbox_numbers(storage::Transaction& tx,
                                                   const vault::Vault& vault,
                                                   const vault::Keys& keys,
                                                   const AccountSid& account, Time now);

// With what the inventory says of the number where it has it; else a local number (or a short code)
// of `country`, which may be empty. Errc::number_not_available if anybody holds it or it rests.
Result<Number> assign_carrier_number(storage::Transaction& tx, const vault::Vault& vault,
                                     const vault::Keys& keys, const AccountSid& account,
                                     const PhoneNumber& number, std::string_view carrier,
                                     std::string_view country, Time now, bool mms = false,
                                     bool voice = false);

}  // namespace cloudvno::numbers
