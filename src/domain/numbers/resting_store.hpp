// SQL of the table resting_number: released numbers, which nobody reaches and nobody can buy until
// their rest is over (product.md section 3).
#pragma once

#include <chrono>
#include <set>
#include <span>
#include <vector>

#include "base/model/sid.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "domain/numbers/offer.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::numbers {

// So long that who still has the number of its last holder has noticed.
inline constexpr std::chrono::hours rest_of_numbers{24 * 30};

void begin_rest(storage::Transaction& tx, const vault::Vault& vault, const Offer& offer, Time now);

bool is_resting(storage::Transaction& tx, const vault::Vault& vault, const PhoneNumber& number);
// Those of the indexes (number_index(), at most 1,000) whose numbers rest.
std::set<Bytes> find_resting(storage::Transaction& tx, std::span<const Bytes> indexes);

// Of a number that rests: offered as `offer` when its rest is over, whatever was to be.
void change_resting(storage::Transaction& tx, const vault::Vault& vault, const Offer& offer);
// Not offered again; forgotten when its rest is over.
void take_back_resting(storage::Transaction& tx, const vault::Vault& vault,
                       const PhoneNumber& number);

// Up to `most` of those that are to be offered again, from behind `after` on.
struct RestingPage {
  std::vector<Offer> offers;
  Bytes last;  // `after` of the next page; empty: there is none
};
Result<RestingPage> list_resting(storage::Transaction& tx, const vault::Vault& vault,
                                 const Bytes& after, std::int64_t most);

// Numbers that an account holds and nobody can read any more, since it was erased: they begin to
// rest, and are not offered again unless their carrier's next import has them.
void rest_unread(storage::Transaction& tx, const AccountSid& account, Time now);

// Puts up to `most` numbers whose rest is over back on offer, those of the simulated network and
// those that their carrier took back excepted: these are only forgotten. Answers how many rows
// went.
Result<std::int64_t> end_rests(storage::Transaction& tx, const vault::Vault& vault, Time now,
                               std::int64_t most);

}  // namespace cloudvno::numbers
