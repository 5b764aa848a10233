// Honest users and an attacker who pumps messages to ranges of his own, from a seed, against the
// real guard on a real store, with a clock that is moved. For tests and `./dev bench fraud`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace cloudvno::fraud::testing {

struct Mix {
  std::string name;
  std::string country;                // of all numbers
  std::vector<std::string> prefixes;  // of honest users' numbers, E.164 digits, each as likely
  std::size_t digits = 11;            // of a whole number
  double honest_a_minute = 60;
  double conversion = 0.75;
  std::chrono::minutes warm_up{360};  // honest traffic before the attack
  std::string attacked;               // the first of 50 neighbouring ranges
  std::size_t attack_requests = 10'000;
  std::chrono::seconds attack_lasts{3'600};
};

// Of each kind that issue and specification name.
std::vector<Mix> mixes();

struct Outcome {
  std::size_t attack_requests = 0;
  std::size_t attack_sent = 0;
  double first_block_s = -1;  // after the attack's first request; -1: never
  std::size_t honest_users = 0;
  std::size_t honest_hindered = 0;   // were refused once or more
  std::size_t honest_in_attack = 0;  // users who came while it lasted, and 12 h after
  std::size_t hindered_in_attack = 0;
  std::size_t honest_requests = 0;
  std::size_t honest_sent = 0;
  std::size_t blocks = 0;          // made
  std::size_t standing_after = 0;  // 12 h after the last was made
  std::size_t passed_after = 0;    // of honest numbers in formerly blocked ranges, then
  std::size_t tried_after = 0;
  double microseconds = 0;  // a judgement, with its share of reading the store

  double stopped() const;   // share of the attack's cost
  double hindered() const;  // share of all honest users
  double delivery() const;  // share of honest requests that went out
};

Outcome simulate(const Mix& mix, std::uint64_t seed);

}  // namespace cloudvno::fraud::testing
