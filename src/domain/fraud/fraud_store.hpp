// SQL of the tables of fraud: an account's rules, blocks, counts and judgements.
#pragma once

#include <string>
#include <vector>

#include "domain/api/page.hpp"
#include "domain/fraud/block.hpp"
#include "domain/fraud/settings.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::fraud {

std::string_view mode_name(bool live);

// Changes whenever settings, safe numbers or blocks do; 0: never changed.
std::int64_t find_version(storage::Transaction& tx, const AccountSid& account, bool live);
void touch_version(storage::Transaction& tx, const vault::Keys& keys, const AccountSid& account,
                   bool live);

Result<Settings> find_settings(storage::Transaction& tx, const vault::Keys& keys,
                               const AccountSid& account, bool live,
                               storage::RowLock lock = storage::RowLock::none);
void keep_settings(storage::Transaction& tx, const vault::Keys& keys, const AccountSid& account,
                   bool live, const Settings& settings, Time now);

struct SafeNumber {
  PhoneNumber number;
  Time created_at;
};
// False if it stood there, or was not there.
bool insert_safe_number(storage::Transaction& tx, const vault::Keys& keys,
                        const AccountSid& account, bool live, const SafeNumber& number);
bool delete_safe_number(storage::Transaction& tx, const vault::Keys& keys,
                        const AccountSid& account, bool live, const PhoneNumber& number);
std::int64_t count_safe_numbers(storage::Transaction& tx, const AccountSid& account, bool live);
// Newest first, all of them: they are few.
Result<std::vector<SafeNumber>> list_safe_numbers(storage::Transaction& tx, const vault::Keys& keys,
                                                  const AccountSid& account, bool live);

void insert_block(storage::Transaction& tx, const vault::Keys& keys, const Block& block);
// Errc::not_found.
Result<Block> find_block(storage::Transaction& tx, const vault::Keys& keys,
                         const AccountSid& account, bool live, const FraudBlockSid& sid);
// False if it stands no more.
bool lift_block(storage::Transaction& tx, const AccountSid& account, const FraudBlockSid& sid,
                Time now);
std::int64_t count_standing_blocks(storage::Transaction& tx, const AccountSid& account, bool live,
                                   Time now);
Result<std::vector<Block>> list_standing_blocks(storage::Transaction& tx, const vault::Keys& keys,
                                                const AccountSid& account, bool live, Time now,
                                                std::int64_t most);
Result<std::vector<Block>> list_blocks(storage::Transaction& tx, const vault::Keys& keys,
                                       const api::Conditions& conditions,
                                       const api::PageQuery& page);

struct RangeCount {
  std::string prefix;
  Time hour;
  std::int64_t asked = 0;
  std::int64_t converted = 0;
};
void add_count(storage::Transaction& tx, const vault::Keys& keys, const AccountSid& account,
               bool live, const RangeCount& count);
// Since that time, the largest first.
Result<std::vector<RangeCount>> list_counts(storage::Transaction& tx, const vault::Keys& keys,
                                            const AccountSid& account, bool live, Time since,
                                            std::int64_t most);

void insert_judgement(storage::Transaction& tx, const vault::Keys& keys,
                      const Judgement& judgement);
Result<std::vector<Judgement>> list_judgements(storage::Transaction& tx, const vault::Keys& keys,
                                               const api::Conditions& conditions,
                                               const api::PageQuery& page);

// Countries of the numbers that the account holds, sorted.
std::vector<std::string> list_home_countries(storage::Transaction& tx, const AccountSid& account,
                                             bool live);

}  // namespace cloudvno::fraud
