// What is known of one account's traffic in one mode, and the judgement of an attempt by it.
#pragma once

#include <cstdint>
#include <set>
#include <unordered_map>
#include <vector>

#include "domain/fraud/block.hpp"
#include "domain/fraud/counters.hpp"
#include "domain/fraud/guard.hpp"
#include "domain/fraud/settings.hpp"
#include "domain/lookup/numbering_plan.hpp"

namespace cloudvno::fraud {

// What an account said, and what stands in the store.
struct Rules {
  Settings settings;
  std::vector<std::string> home;            // countries of its own numbers, sorted
  std::set<std::string, std::less<>> safe;  // numbers in E.164
};

struct Verdict {
  Risk risk;
  std::optional<std::string> prefix_to_block;  // digits; an attack was seen there just now
};

// No I/O and no lock: the guard holds one of each account and mode under its own. At most 350 KiB,
// however the account behaves: the tables below are bounded, and give way as they say.
class Profile {
 public:
  static constexpr std::size_t most_blocks = 2'000;

  explicit Profile(std::uint64_t secret) : secret_(secret) {}

  void set_rules(Rules rules) { rules_ = std::move(rules); }
  const Rules& rules() const { return rules_; }

  // Guard::standing().
  Risk standing(const Attempt& attempt, const lookup::Parsed& number, Time now) const;
  // Judges and counts.
  Verdict judge(const Attempt& attempt, const lookup::Parsed& number, Time now);
  void converted(const Attempt& attempt, const lookup::Parsed& number, Time now);

  // Whether the guard may make another block. Beyond `most_blocks` attempts are still refused by
  // their score.
  bool block(const std::string& prefix, Time until);
  void clear_blocks() { blocks_.clear(); }
  // What was counted in an earlier life of the process, for a range of 1,000 numbers.
  void seed(std::string_view prefix, std::int64_t asked, std::int64_t converted, Time counted,
            std::string_view country, Time now);

  // Of a number: the range of 1,000 that fraud_count has it under; empty if it is too short.
  static std::string_view range_of(std::string_view digits);
  std::size_t counters() const { return counters_.size(); }

 private:
  class Judge;

  struct Seen {
    std::uint32_t tag = 0;
    std::uint32_t second = 0;
  };
  std::uint64_t hash(std::string_view text) const;
  // Whether this number was asked for within ten minutes; notes it.
  bool is_repeated(std::uint64_t number, Time now);
  bool is_known(std::uint64_t number) const;
  bool allows(std::string_view country) const;
  enum class As { usual, suspect, refused };
  void count(const Attempt& attempt, const lookup::Parsed& number, double weight, As as, Time now);
  // The share of codes that come back from that country; from honest traffic.
  double conversion(std::string_view country, Time now) const;

  std::uint64_t secret_;
  Rules rules_;
  Counters counters_;
  std::unordered_map<CounterKey, Time> blocks_;  // until when; ended ones until they are looked at
  // A place by hash each; a newcomer takes it. 4,096 numbers asked for lately, 4,096 that gave a
  // code back.
  std::vector<Seen> seen_;
  std::vector<std::uint64_t> known_;
};

}  // namespace cloudvno::fraud
