// SQL of the tables sender_pool, sender_pool_member and sticky_sender.
#pragma once

#include <optional>
#include <vector>

#include "base/result.hpp"
#include "domain/api/page.hpp"
#include "domain/senders/sender_pool.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::senders {

void insert_pool(storage::Transaction& tx, const vault::Keys& keys, const SenderPool& pool);
// Name, sticky, country_match and updated_at. False if the pool is gone.
bool update_pool(storage::Transaction& tx, const vault::Keys& keys, const SenderPool& pool);
// With its members. False if it is gone.
bool delete_pool(storage::Transaction& tx, const SenderPoolSid& sid);
// Errc::not_found.
Result<SenderPool> find_pool(storage::Transaction& tx, const vault::Keys& keys,
                             const AccountSid& account, const SenderPoolSid& sid,
                             storage::RowLock lock = storage::RowLock::none);
// In the order of the page, one more than its limit where there are more.
Result<std::vector<SenderPool>> list_pools(storage::Transaction& tx, const vault::Keys& keys,
                                           const api::Conditions& conditions,
                                           const api::PageQuery& page);
std::int64_t count_pools(storage::Transaction& tx, const AccountSid& account, bool live);

// False if it was one already.
bool insert_member(storage::Transaction& tx, const SenderPool& pool, const NumberSid& number);
bool delete_member(storage::Transaction& tx, const SenderPoolSid& pool, const NumberSid& number);
// All members; only those that are no numbers of anybody any more.
void delete_members(storage::Transaction& tx, const SenderPoolSid& pool);
void delete_released_members(storage::Transaction& tx, const SenderPoolSid& pool);
// The numbers that are members, oldest first.
Result<std::vector<numbers::Number>> list_members(storage::Transaction& tx, const vault::Keys& keys,
                                                  const SenderPoolSid& pool);
// The number itself, and the members of all pools that hold it.
Result<std::vector<numbers::Number>> list_pool_mates(storage::Transaction& tx,
                                                     const vault::Keys& keys,
                                                     const numbers::Number& number);

struct StickySender {
  NumberSid number;
  Time used_at;
};
std::optional<StickySender> find_sticky(storage::Transaction& tx, const vault::Keys& keys,
                                        const SenderPoolSid& pool, const PhoneNumber& recipient);
void keep_sticky(storage::Transaction& tx, const vault::Keys& keys, const SenderPool& pool,
                 const PhoneNumber& recipient, const StickySender& sticky);

}  // namespace cloudvno::senders
