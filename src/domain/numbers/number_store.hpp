// SQL of the table incoming_number.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "domain/api/page.hpp"
#include "domain/numbers/number.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::numbers {

// Instance-wide: an inbound message is looked up before its account is known.
Bytes number_index(const vault::Vault& vault, const PhoneNumber& number);

// False if somebody holds the number already.
bool insert_number(storage::Transaction& tx, const vault::Vault& vault, const vault::Keys& keys,
                   const Number& number);
// False if the number is gone.
bool update_settings(storage::Transaction& tx, const vault::Keys& keys, const Number& number);
bool delete_number(storage::Transaction& tx, const NumberSid& sid);

// Errc::not_found.
Result<Number> find_number(storage::Transaction& tx, const vault::Keys& keys,
                           const AccountSid& account, const NumberSid& sid,
                           storage::RowLock lock = storage::RowLock::none);
Result<Number> find_number(storage::Transaction& tx, const vault::Vault& vault,
                           const vault::Keys& keys, const AccountSid& account,
                           const PhoneNumber& number,
                           storage::RowLock lock = storage::RowLock::none);
// The account that holds the number.
std::optional<AccountSid> find_holder(storage::Transaction& tx, const vault::Vault& vault,
                                      const PhoneNumber& number);

std::int64_t count_numbers(storage::Transaction& tx, const AccountSid& account, bool live);

// Those of the indexes (number_index(), at most 1,000) whose numbers somebody holds.
std::set<Bytes> find_held(storage::Transaction& tx, std::span<const Bytes> indexes);
// Those of the indexes that a query finds; its text ends before the list, "… WHERE x IN ".
std::set<Bytes> find_indexes(storage::Transaction& tx, std::string_view query,
                             std::span<const Bytes> indexes);

// In the order of the page, one more than its limit where there are more.
Result<std::vector<Number>> list_numbers(storage::Transaction& tx, const vault::Keys& keys,
                                         const api::Conditions& conditions,
                                         const api::PageQuery& page);

}  // namespace cloudvno::numbers
