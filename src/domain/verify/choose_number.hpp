// The account's number that a verification comes from. In a body.
#pragma once

#include "base/result.hpp"
#include "domain/numbers/number.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::verify {

enum class Capability { sms, voice };

// Of the numbers in the mode that can: one with the recipient's country code before others, then
// the one that the account has had longest, so that the choice stays when numbers are added. The
// newest 200 are looked at. Errc::no_verification_sender.
Result<numbers::Number> choose_number(storage::Transaction& tx, const vault::Keys& keys,
                                      const AccountSid& account, bool live,
                                      const PhoneNumber& recipient, Capability capability);

}  // namespace cloudvno::verify
