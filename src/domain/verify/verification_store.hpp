// SQL of the table verification.
#pragma once

#include <optional>
#include <vector>

#include "base/result.hpp"
#include "domain/api/page.hpp"
#include "domain/verify/verification.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::verify {

// The account's blind index of a number or an address.
Bytes to_index(const vault::Keys& keys, std::string_view to);

// False, and nothing is written, where another one of the same number waits for its code.
bool insert_verification(storage::Transaction& tx, const vault::Keys& keys,
                         const Verification& verification);
// Its channel, counts and times of sending. It must be locked.
void write_sent(storage::Transaction& tx, const Verification& verification);
// Its risk, the state that follows from it, and what carries it, in the transaction that inserted
// it.
void write_first_send(storage::Transaction& tx, const Verification& verification);
// Its state and count of codes. It must be locked.
void write_state(storage::Transaction& tx, const Verification& verification);
void write_delivery_error(storage::Transaction& tx, const VerificationSid& sid,
                          std::string_view text);

// Errc::not_found. A SID of another account is not found.
Result<Verification> find_verification(storage::Transaction& tx, const vault::Keys& keys,
                                       const AccountSid& account, const VerificationSid& sid,
                                       storage::RowLock lock = storage::RowLock::none);
// The last one that was sent to the number or address, locked; nothing where there is none.
Result<std::optional<Verification>> find_last(storage::Transaction& tx, const vault::Keys& keys,
                                              bool live, std::string_view to);
Result<std::vector<Verification>> list_verifications(storage::Transaction& tx,
                                                     const vault::Keys& keys,
                                                     const api::Conditions& conditions,
                                                     const api::PageQuery& page);

struct Due {
  VerificationSid sid;
  AccountSid account;
};
// Those whose time is over and that do not know it yet, at most so many.
// Of an account that was erased.
void end_unread(storage::Transaction& tx, const VerificationSid& sid);
std::vector<Due> list_expired(storage::Transaction& tx, Time now, std::int64_t most);

}  // namespace cloudvno::verify
