// The simulation: events in the order of their time, all of one second in one transaction.
#include "domain/fraud/testing/simulation.hpp"

#include <queue>
#include <random>
#include <unordered_set>

#include "domain/accounts/testing/test_account.hpp"
#include "domain/fraud/fraud_guard.hpp"
#include "domain/fraud/fraud_store.hpp"

namespace cloudvno::fraud::testing {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

constexpr std::size_t attacked_ranges = 50;
constexpr double asks_again = 0.4;  // of honest users whose first code did not come back
constexpr double returning = 0.15;  // of honest users, came before

std::shared_ptr<const lookup::Data> shared_data() {
  static const auto data = lookup::Data::load("").value();
  return data;
}

struct Event {
  enum class Kind { honest, again, conversion, attack, probe };
  Time at;
  std::uint64_t order = 0;
  Kind kind = Kind::honest;
  std::string number;
  bool operator<(const Event& other) const {
    return at != other.at ? at > other.at : order > other.order;
  }
};

class Simulation {
 public:
  Simulation(const Mix& mix, std::uint64_t seed)
      : mix_(mix),
        random_(seed),
        account_(accounts::testing::TestAccount::open(db_, vault_, clock_.now())),
        guard_(*db_, accounts_, *shared_data(), seed) {
    Settings settings;
    settings.countries = std::vector{mix.country};
    EXPECT_TRUE(db_->transact_now([&](storage::Transaction& tx) -> Result<> {
      keep_settings(tx, *account_.account.keys, account_.account.sid, true, settings, clock_.now());
      return {};
    }));
    begin_ = clock_.now();
    attack_begin_ = begin_ + mix.warm_up;
    attack_end_ = attack_begin_ + mix.attack_lasts;
    honest_end_ = attack_end_ + 12h;
  }

  Outcome run() {
    plan_attack();
    push(begin_, Event::Kind::honest, {});
    run_until(honest_end_);
    check_that_blocks_end();
    outcome_.honest_users = users_.size();
    outcome_.honest_hindered = hindered_.size();
    outcome_.microseconds = std::chrono::duration<double, std::micro>(judging_).count() /
                            static_cast<double>(std::max<std::size_t>(1, judged_));
    return outcome_;
  }

 private:
  double share() { return std::uniform_real_distribution(0.0, 1.0)(random_); }
  std::size_t below(std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_);
  }
  void push(Time at, Event::Kind kind, std::string number) {
    events_.push({at, order_++, kind, std::move(number)});
  }

  // A number of the country that exists, behind one of the prefixes.
  std::string make_number(const std::string& prefix) {
    while (true) {
      auto number = prefix;
      while (number.size() < mix_.digits) number += static_cast<char>('0' + below(10));
      const auto judged = shared_data()->plan().judge(number);
      if (judged.is_valid() && judged.region->country == mix_.country) return number;
    }
  }
  std::string honest_number() {
    if (!converted_.empty() && share() < returning) return converted_[below(converted_.size())];
    return make_number(mix_.prefixes[below(mix_.prefixes.size())]);
  }

  void plan_attack() {
    const auto first = std::stoull(mix_.attacked);
    const auto step = std::chrono::duration_cast<Micros>(mix_.attack_lasts) /
                      static_cast<std::int64_t>(mix_.attack_requests);
    for (std::size_t i = 0; i < mix_.attack_requests; ++i) {
      const auto range = std::to_string(first + below(attacked_ranges));
      push(attack_begin_ + step * static_cast<std::int64_t>(i), Event::Kind::attack,
           make_number(range));
    }
  }

  // Of one second together, as a busy store merges them.
  void run_until(Time end) {
    while (!events_.empty() && events_.top().at < end) {
      const auto second = std::chrono::floor<std::chrono::seconds>(events_.top().at) + 1s;
      batch_.clear();
      while (!events_.empty() && events_.top().at < std::min<Time>(second, end)) {
        batch_.push_back(events_.top());
        events_.pop();
      }
      const auto done = db_->transact_now([&](storage::Transaction& tx) -> Result<> {
        for (const auto& event : batch_) TRY(handle(tx, event));
        return {};
      });
      EXPECT_TRUE(done) << (done ? "" : done.error().detail);
      if (++turns_ % 5 == 0) db_.run(guard_.write());
    }
    clock_.set(end);
  }

  Result<Risk> ask(storage::Transaction& tx, const Event& event) {
    const auto number = *PhoneNumber::parse("+" + event.number);
    const auto before = Steady::now();
    auto risk = guard_.judge(tx, {account_.account.sid, true, number, "sms", {}}, event.at);
    judging_ += Steady::now() - before;
    ++judged_;
    return risk;
  }

  Result<> handle(storage::Transaction& tx, const Event& event) {
    switch (event.kind) {
      case Event::Kind::attack: {
        TRY_ASSIGN(const auto risk, ask(tx, event));
        ++outcome_.attack_requests;
        if (!risk.blocked) ++outcome_.attack_sent;
        if (risk.blocked && outcome_.first_block_s < 0) {
          outcome_.first_block_s = std::chrono::duration<double>(event.at - attack_begin_).count();
        }
        break;
      }
      case Event::Kind::honest: {
        const auto gap = -std::log(1 - share()) * 60 / mix_.honest_a_minute;
        push(event.at + Micros(static_cast<std::int64_t>(gap * 1e6) + 1), Event::Kind::honest, {});
        TRY(honest(tx, {event.at, 0, event.kind, honest_number()}));
        break;
      }
      case Event::Kind::again:
        TRY(honest(tx, event));
        break;
      case Event::Kind::conversion: {
        const auto number = *PhoneNumber::parse("+" + event.number);
        TRY(guard_.converted(tx, {account_.account.sid, true, number, "sms", {}}, event.at));
        if (converted_.size() < 5'000) converted_.push_back(event.number);
        break;
      }
      case Event::Kind::probe: {
        TRY_ASSIGN(const auto risk, ask(tx, event));
        ++outcome_.tried_after;
        if (!risk.blocked) ++outcome_.passed_after;
        break;
      }
    }
    return {};
  }

  Result<> honest(storage::Transaction& tx, const Event& event) {
    TRY_ASSIGN(const auto risk, ask(tx, event));
    ++outcome_.honest_requests;
    users_.insert(event.number);
    const bool during = event.at >= attack_begin_;
    if (during && event.kind == Event::Kind::honest) ++outcome_.honest_in_attack;
    if (risk.blocked) {
      if (hindered_.insert(event.number).second && during) ++outcome_.hindered_in_attack;
      return {};
    }
    ++outcome_.honest_sent;
    // A code is typed in within 5 to 90 seconds, mostly within 20.
    const auto delay = 5.0 + 85.0 * std::pow(share(), 3);
    if (share() < mix_.conversion) {
      push(event.at + Micros(static_cast<std::int64_t>(delay * 1e6)), Event::Kind::conversion,
           event.number);
    } else if (event.kind == Event::Kind::honest && share() < asks_again) {
      push(event.at + Micros(static_cast<std::int64_t>((30 + 60 * share()) * 1e6)),
           Event::Kind::again, event.number);
    }
    return {};
  }

  void check_that_blocks_end() {
    db_.run(guard_.finish());
    std::vector<Block> blocks;
    const auto read = db_->read_now([&](storage::Transaction& tx) -> Result<> {
      api::Conditions conditions;
      conditions.add_owner(account_.account.sid, true);
      api::PageQuery page;
      page.limit = 1'000;
      TRY_ASSIGN(blocks, list_blocks(tx, *account_.account.keys, conditions, page));
      return {};
    });
    EXPECT_TRUE(read);
    outcome_.blocks = blocks.size();
    Time last = honest_end_;
    for (const auto& block : blocks) last = std::max(last, block.ends_at);
    for (const auto& block : blocks) {
      if (block.stands(last + 1s)) ++outcome_.standing_after;
    }
    while (!events_.empty()) events_.pop();
    // A few, so that they are no attack themselves.
    const auto step = blocks.size() / 15 + 1;
    for (std::size_t i = 0; i < blocks.size(); i += step) {
      push(last + 1s + i * 10s, Event::Kind::probe, make_number(blocks[i].prefix));
    }
    run_until(last + 1h);
  }

  Mix mix_;
  std::mt19937_64 random_;
  ManualClock clock_;
  vault::Vault vault_{vault::Key{7}};
  storage::testing::TestDatabase db_;
  accounts::testing::TestAccount account_;
  accounts::Accounts accounts_{*db_, vault_, clock_};
  FraudGuard guard_;
  Time begin_;
  Time attack_begin_;
  Time attack_end_;
  Time honest_end_;
  std::priority_queue<Event> events_;
  std::vector<Event> batch_;
  std::uint64_t order_ = 0;
  std::size_t turns_ = 0;
  std::size_t judged_ = 0;
  Steady::duration judging_{0};
  std::vector<std::string> converted_;
  std::unordered_set<std::string> users_;
  std::unordered_set<std::string> hindered_;
  Outcome outcome_;
};

double part(std::size_t some, std::size_t all) {
  return all == 0 ? 0 : static_cast<double>(some) / static_cast<double>(all);
}

}  // namespace

double Outcome::stopped() const {
  return 1 - part(attack_sent, attack_requests);
}
double Outcome::hindered() const {
  return part(honest_hindered, honest_users);
}
double Outcome::delivery() const {
  return part(honest_sent, honest_requests);
}

std::vector<Mix> mixes() {
  const std::vector<std::string> german{"49151", "49152", "49157", "49160", "49162",
                                        "49170", "49171", "49172", "49175", "49176"};
  const std::vector<std::string> british{"4474", "4475", "4477", "4478", "4479"};
  const std::vector<std::string> american{"1202", "1212", "1305", "1312", "1404", "1415",
                                          "1512", "1602", "1617", "1702", "1713", "1808"};
  const std::vector<std::string> estonian{"37253", "37255", "37256", "37258"};
  return {
      {"fast", "DE", german, 13, 60, 0.75, 360min, "4915123400", 10'000, 600s},
      {"wide ranges", "GB", british, 12, 60, 0.75, 360min, "44791234", 10'000, 3'600s},
      {"slow", "GB", british, 12, 60, 0.75, 360min, "44782340", 10'000, 6h},
      {"small country", "EE", estonian, 11, 30, 0.7, 360min, "372551230", 10'000, 3'600s},
      {"large account", "US", american, 11, 600, 0.7, 60min, "14155230", 10'000, 1'800s},
      {"new account", "GB", british, 12, 20, 0.6, 5min, "44791550", 10'000, 1'800s},
      {"one region", "US", {"1415", "1510"}, 11, 120, 0.65, 120min, "14155230", 10'000, 3'600s},
  };
}

Outcome simulate(const Mix& mix, std::uint64_t seed) {
  return Simulation(mix, seed).run();
}

}  // namespace cloudvno::fraud::testing
