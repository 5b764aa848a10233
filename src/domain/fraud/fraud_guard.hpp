// The guard: profiles of accounts in memory, what they are seeded from, and what is written behind.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "domain/accounts/accounts.hpp"
#include "domain/fraud/block.hpp"
#include "domain/fraud/guard.hpp"
#include "domain/fraud/profile.hpp"
#include "domain/lookup/data.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::fraud {

// judge() and converted() run on storage threads, the others on the control thread; a lock of its
// own, held for microseconds, stands between them.
//
// What is counted lives in memory, so a judgement reads the store only to learn an account that it
// does not know, and every two seconds whether its rules changed. Blocks, counts and judgements are
// written behind (write()), within seconds; a crash forgets that much. An attempt whose transaction
// is rolled back stays counted; one whose body runs again is not counted twice.
//
// At most `most_profiles` accounts of one mode each are held; the one that was not asked for
// longest gives way, and is seeded from its rows when it comes back.
class FraudGuard final : public Guard {
 public:
  static constexpr std::size_t most_profiles = 500;
  static constexpr std::size_t most_pending = 5'000;  // of each kind; beyond, they are forgotten
  static constexpr std::chrono::seconds rules_fresh{2};

  // The same secret and the same attempts at the same times give the same answers.
  FraudGuard(storage::Database& database, accounts::Accounts& accounts, const lookup::Data& data,
             std::uint64_t secret);

  Result<Risk> judge(storage::Transaction& tx, const Attempt& attempt, Time now) override;
  PhoneNumber one_form_of(const PhoneNumber& number) const override;
  Result<Risk> standing(storage::Transaction& tx, const Attempt& attempt, Time now) override;
  Result<> converted(storage::Transaction& tx, const Attempt& attempt, Time now) override;

  // A batch of what waits. Every second or so, and once more at the end.
  net::Task<> write();
  net::Task<> finish();
  // The account's rules changed in this process: they are read before the next judgement.
  void forget_rules(const AccountSid& account, bool live);

 private:
  using Id = std::pair<AccountSid, bool>;
  struct Entry {
    Id id;
    Profile profile;
    std::int64_t version = -1;
    Time read_at;
  };
  // What was answered lately: a body may run again.
  struct Answered {
    std::uint64_t hash = 0;
    Risk risk;
  };
  struct CountKey {
    Id id;
    std::string prefix;
    Time hour;
    auto operator<=>(const CountKey&) const = default;
  };
  struct CountOf {
    std::int64_t asked = 0;
    std::int64_t converted = 0;
  };
  struct Pending {
    std::vector<Block> blocks;
    std::vector<Judgement> judgements;
    std::map<CountKey, CountOf> counts;
    bool is_empty() const { return blocks.empty() && judgements.empty() && counts.empty(); }
  };

  // With the lock held.
  Result<Entry*> find(storage::Transaction& tx, const Id& id, Time now);
  Result<> read_rules(storage::Transaction& tx, Entry& entry, const vault::Keys& keys, Time now);
  Result<> seed(storage::Transaction& tx, Entry& entry, const vault::Keys& keys, Time now);
  void note(Entry& entry, const Attempt& attempt, const Verdict& verdict, Time now);
  CountOf* count_of(const Attempt& attempt, Time now);
  Answered& answered(const Attempt& attempt, Time now, std::uint64_t& hash);

  void take_batch();
  Result<> write_all(storage::Transaction& tx, const Pending& pending);

  storage::Database& database_;
  accounts::Accounts& accounts_;
  const lookup::Data& data_;
  const std::uint64_t secret_;
  std::mutex mutex_;
  std::list<Entry> entries_;  // the one asked for last first
  std::map<Id, std::list<Entry>::iterator> by_id_;
  std::vector<Answered> answered_;
  Pending pending_;
  Pending writing_;  // what a write() under way has taken
};

}  // namespace cloudvno::fraud
