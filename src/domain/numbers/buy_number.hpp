// Buying a number: one that is on offer becomes the account's. In a body.
#pragma once

#include <optional>

#include "base/result.hpp"
#include "domain/numbers/find_offers.hpp"
#include "domain/numbers/number.hpp"

namespace cloudvno::numbers {

struct Purchase {
  AccountSid account;
  bool live = false;                  // from the operator's inventory; else from the sandbox's
  std::optional<PhoneNumber> number;  // this one; else any that fits
  OfferQuery any;
  NumberSettings settings;
};

// Test keys cost nothing, and the ranges for fiction are few.
inline constexpr std::int64_t most_sandbox_numbers = 100;

// Of two that want one number, exactly one gets it, and who wants any gets another. Works on a
// store that many processes share: the row that is deleted or inserted decides.
// Errc::number_not_available, Errc::number_limit_reached.
Result<Number> buy_number(storage::Transaction& tx, const vault::Vault& vault,
                          const vault::Keys& keys, const Purchase& purchase, Time now);

}  // namespace cloudvno::numbers
