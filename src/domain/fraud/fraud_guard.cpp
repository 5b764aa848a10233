// The guard: learning accounts, judging, writing behind.
#include "domain/fraud/fraud_guard.hpp"

#include <fmt/format.h>

#include <functional>

#include "base/metrics.hpp"
#include "domain/fraud/fraud_store.hpp"

namespace cloudvno::fraud {
namespace {

constexpr int worth_keeping = 25;  // of a score
constexpr std::size_t answered_places = 1'024;
// Others write too: a batch is some ten milliseconds.
constexpr std::size_t most_in_a_write = 500;
constexpr std::int64_t most_seeds = 3'000;
constexpr std::chrono::days seed_days{7};

metrics::Counter& refused() {
  static auto& counter = metrics::counter("cloudvno_fraud_refused_total",
                                          "Codes that the fraud guard did not let go.");
  return counter;
}
metrics::Counter& blocks_made() {
  static auto& counter =
      metrics::counter("cloudvno_fraud_blocks_total", "Prefixes that the fraud guard blocked.");
  return counter;
}
metrics::Counter& forgotten() {
  static auto& counter = metrics::counter("cloudvno_fraud_forgotten_total",
                                          "Counts and judgements that found their queue full.");
  return counter;
}

std::string reasons_text(const Risk& risk) {
  std::string text;
  for (const auto& reason : risk.reasons) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", reason.name, reason.points);
  }
  return text;
}

}  // namespace

FraudGuard::FraudGuard(storage::Database& database, accounts::Accounts& accounts,
                       const lookup::Data& data, std::uint64_t secret)
    : database_(database),
      accounts_(accounts),
      data_(data),
      secret_(secret),
      answered_(answered_places) {
  refused();  // figures that read 0 from the start
  blocks_made();
  forgotten();
}

FraudGuard::Answered& FraudGuard::answered(const Attempt& attempt, Time now, std::uint64_t& hash) {
  hash = std::hash<std::string_view>()(attempt.to.e164()) ^
         std::hash<std::string_view>()(attempt.account.view()) * 31 ^
         std::hash<std::string_view>()(attempt.channel) * 7 ^
         static_cast<std::uint64_t>(to_micros(now)) * 0x9E3779B97F4A7C15u ^
         (attempt.live ? 1u : 0u);
  return answered_[hash % answered_places];
}

Result<Risk> FraudGuard::judge(storage::Transaction& tx, const Attempt& attempt, Time now) {
  const std::lock_guard lock(mutex_);
  std::uint64_t hash = 0;
  auto& last = answered(attempt, now, hash);
  if (last.hash == hash) return last.risk;
  TRY_ASSIGN(auto* entry, find(tx, {attempt.account, attempt.live}, now));
  const auto number = data_.plan().judge(attempt.to.digits());
  auto verdict = entry->profile.judge(attempt, number, now);
  note(*entry, attempt, verdict, now);
  last = {hash, verdict.risk};
  return std::move(verdict.risk);
}

PhoneNumber FraudGuard::one_form_of(const PhoneNumber& number) const {
  return PhoneNumber::parse(data_.plan().judge(number.digits()).e164).value_or(number);
}

Result<Risk> FraudGuard::standing(storage::Transaction& tx, const Attempt& attempt, Time now) {
  const std::lock_guard lock(mutex_);
  TRY_ASSIGN(auto* entry, find(tx, {attempt.account, attempt.live}, now));
  auto risk = entry->profile.standing(attempt, data_.plan().judge(attempt.to.digits()), now);
  if (risk.blocked) refused().add();
  return risk;
}

Result<> FraudGuard::converted(storage::Transaction& tx, const Attempt& attempt, Time now) {
  const std::lock_guard lock(mutex_);
  std::uint64_t hash = 0;
  auto& last = answered(attempt, now, hash);
  hash = ~hash;  // no judgement
  if (last.hash == hash) return {};
  TRY_ASSIGN(auto* entry, find(tx, {attempt.account, attempt.live}, now));
  entry->profile.converted(attempt, data_.plan().judge(attempt.to.digits()), now);
  if (auto* count = count_of(attempt, now)) ++count->converted;
  last = {hash, {}};
  return {};
}

Result<FraudGuard::Entry*> FraudGuard::find(storage::Transaction& tx, const Id& id, Time now) {
  const auto found = by_id_.find(id);
  if (found != by_id_.end()) {
    auto& entry = *found->second;
    entries_.splice(entries_.begin(), entries_, found->second);
    // A clock that was set back is no reason not to look.
    const bool fresh = now < entry.read_at + rules_fresh && now >= entry.read_at;
    if (!fresh) {
      TRY_ASSIGN(const auto account, accounts_.find(tx, id.first));
      TRY(read_rules(tx, entry, *account->keys, now));
    }
    return &entry;
  }
  TRY_ASSIGN(const auto account, accounts_.find(tx, id.first));
  std::list<Entry> made;
  made.push_back({id, Profile(secret_), -1, {}});
  TRY(read_rules(tx, made.front(), *account->keys, now));
  TRY(seed(tx, made.front(), *account->keys, now));
  if (entries_.size() == most_profiles) {
    by_id_.erase(entries_.back().id);
    entries_.pop_back();
  }
  entries_.splice(entries_.begin(), made);
  by_id_[id] = entries_.begin();
  return &entries_.front();
}

Result<> FraudGuard::read_rules(storage::Transaction& tx, Entry& entry, const vault::Keys& keys,
                                Time now) {
  const auto& [account, live] = entry.id;
  const auto version = find_version(tx, account, live);
  auto rules = entry.profile.rules();
  rules.home = list_home_countries(tx, account, live);
  // Test keys send on the simulated network, whose handsets are North American.
  if (!live) {
    for (const auto* country : {"CA", "US"}) {
      const auto place = std::ranges::lower_bound(rules.home, country);
      if (place == rules.home.end() || *place != country) rules.home.insert(place, country);
    }
  }
  if (version != entry.version) {
    TRY_ASSIGN(rules.settings, find_settings(tx, keys, account, live));
    TRY_ASSIGN(const auto safe, list_safe_numbers(tx, keys, account, live));
    rules.safe.clear();
    for (const auto& number : safe) rules.safe.insert(number.number.e164());
    TRY_ASSIGN(const auto blocks,
               list_standing_blocks(tx, keys, account, live, now - std::chrono::hours(1),
                                    static_cast<std::int64_t>(Profile::most_blocks)));
    // Also those that ended by themselves just now: they may have to begin anew.
    entry.profile.clear_blocks();
    for (const auto& block : blocks) entry.profile.block(block.prefix, block.ends_at);
    // Those that are not in the store yet.
    for (const auto* waiting : {&pending_.blocks, &writing_.blocks}) {
      for (const auto& block : *waiting) {
        if (block.account == account && block.live == live) {
          entry.profile.block(block.prefix, block.ends_at);
        }
      }
    }
    entry.version = version;
  }
  entry.profile.set_rules(std::move(rules));
  entry.read_at = now;
  return {};
}

Result<> FraudGuard::seed(storage::Transaction& tx, Entry& entry, const vault::Keys& keys,
                          Time now) {
  const auto& [account, live] = entry.id;
  TRY_ASSIGN(const auto counts, list_counts(tx, keys, account, live, now - seed_days, most_seeds));
  for (const auto& count : counts) {
    // Of a range of 1,000 numbers any will tell the country.
    const auto number = data_.plan().judge(count.prefix + "000");
    entry.profile.seed(count.prefix, count.asked, count.converted, count.hour, number.country(),
                       now);
  }
  return {};
}

FraudGuard::CountOf* FraudGuard::count_of(const Attempt& attempt, Time now) {
  const auto range = Profile::range_of(attempt.to.digits());
  if (range.empty()) return nullptr;
  if (pending_.counts.size() >= most_pending) {
    forgotten().add();
    return nullptr;
  }
  const Time hour = std::chrono::floor<std::chrono::hours>(now);
  return &pending_.counts[{{attempt.account, attempt.live}, std::string(range), hour}];
}

void FraudGuard::note(Entry& entry, const Attempt& attempt, const Verdict& verdict, Time now) {
  if (auto* count = count_of(attempt, now)) ++count->asked;
  const auto& risk = verdict.risk;
  if (risk.blocked) refused().add();
  if (verdict.prefix_to_block) {
    const auto ends = now + std::chrono::hours(entry.profile.rules().settings.block_hours);
    if (entry.profile.block(*verdict.prefix_to_block, ends)) {
      blocks_made().add();
      if (pending_.blocks.size() < most_pending) {
        pending_.blocks.push_back({FraudBlockSid::make(now), attempt.account, attempt.live,
                                   *verdict.prefix_to_block, "neighbouring_numbers", now, ends,
                                   std::nullopt});
      }
    }
  }
  if (!risk.blocked && risk.score < worth_keeping) return;
  if (pending_.judgements.size() >= most_pending) {
    forgotten().add();
    return;
  }
  pending_.judgements.push_back({FraudJudgementSid::make(now), attempt.account, attempt.live,
                                 attempt.to, std::string(attempt.channel), risk.score,
                                 reasons_text(risk), risk.blocked});
}

void FraudGuard::forget_rules(const AccountSid& account, bool live) {
  const std::lock_guard lock(mutex_);
  if (const auto found = by_id_.find({account, live}); found != by_id_.end()) {
    found->second->version = -1;
    found->second->read_at = {};
  }
}

Result<> FraudGuard::write_all(storage::Transaction& tx, const Pending& pending) {
  std::map<AccountSid, vault::KeysPtr> known;
  // Nothing of an account that was erased meanwhile.
  const auto keys_of = [&](const AccountSid& sid) -> const vault::Keys* {
    const auto [found, is_new] = known.emplace(sid, nullptr);
    if (is_new) {
      if (const auto account = accounts_.find(tx, sid)) found->second = (*account)->keys;
    }
    return found->second.get();
  };
  std::map<Id, bool> changed;
  for (const auto& block : pending.blocks) {
    const auto* keys = keys_of(block.account);
    if (!keys) continue;
    insert_block(tx, *keys, block);
    changed[{block.account, block.live}] = true;
  }
  for (const auto& [id, yes] : changed) touch_version(tx, *keys_of(id.first), id.first, id.second);
  for (const auto& judgement : pending.judgements) {
    if (const auto* keys = keys_of(judgement.account)) insert_judgement(tx, *keys, judgement);
  }
  for (const auto& [key, count] : pending.counts) {
    if (const auto* keys = keys_of(key.id.first)) {
      add_count(tx, *keys, key.id.first, key.id.second,
                {key.prefix, key.hour, count.asked, count.converted});
    }
  }
  return {};
}

void FraudGuard::take_batch() {
  std::swap(writing_.blocks, pending_.blocks);
  auto& judgements = pending_.judgements;
  const auto kept = judgements.begin() +
                    static_cast<std::ptrdiff_t>(std::min(judgements.size(), most_in_a_write));
  writing_.judgements.assign(std::move_iterator(judgements.begin()), std::move_iterator(kept));
  judgements.erase(judgements.begin(), kept);
  while (!pending_.counts.empty() && writing_.counts.size() < most_in_a_write) {
    writing_.counts.insert(pending_.counts.extract(pending_.counts.begin()));
  }
}

net::Task<> FraudGuard::write() {
  {
    const std::lock_guard lock(mutex_);
    if (writing_.is_empty()) take_batch();
    if (writing_.is_empty()) co_return;
  }
  // Only write() changes writing_, and it runs once at a time.
  const auto written = co_await database_.transact(
      [&](storage::Transaction& tx) { return write_all(tx, writing_); });
  const std::lock_guard lock(mutex_);
  // What the store did not take waits for the next call.
  if (written) writing_ = {};
}

net::Task<> FraudGuard::finish() {
  // As many as can be waiting, and one that failed before.
  for (auto left = most_pending / most_in_a_write + 2; left-- > 0;) co_await write();
}

}  // namespace cloudvno::fraud
