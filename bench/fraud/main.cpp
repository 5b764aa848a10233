// The pumping simulation: bench_fraud [SEEDS]. How much of an attack is stopped, and who is
// hindered.
#include <fmt/format.h>

#include <cstdlib>

#include "domain/fraud/testing/simulation.hpp"

using namespace cloudvno::fraud::testing;

int main(int argc, char** argv) {
  const std::uint64_t seeds = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 3;
  fmt::print(
      "10,000 requests of an attack over 50 neighbouring ranges, none of whose codes come back, "
      "among honest traffic\nfrom before it until 12 h after; each line is one mix and seed.\n\n"
      "{:<14} {:>4} {:>9} {:>8} {:>9} {:>9} {:>10} {:>9} {:>7} {:>9} {:>7}\n",
      "mix", "seed", "stopped", "first s", "honest", "hindered", "in attack", "delivery", "blocks",
      "ended", "us");
  double stopped = 1;
  double first = 0;
  double hindered = 0;
  double hindered_in_attack = 0;
  double delivery = 1;
  double passed = 1;
  double microseconds = 0;
  std::size_t standing = 0;
  for (const auto& mix : mixes()) {
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      const auto outcome = simulate(mix, seed);
      const double in_attack = outcome.honest_in_attack == 0
                                   ? 0
                                   : static_cast<double>(outcome.hindered_in_attack) /
                                         static_cast<double>(outcome.honest_in_attack);
      const double ended = outcome.tried_after == 0 ? 0
                                                    : static_cast<double>(outcome.passed_after) /
                                                          static_cast<double>(outcome.tried_after);
      fmt::print(
          "{:<14} {:>4} {:>8.2f}% {:>8.1f} {:>9} {:>8.3f}% {:>9.3f}% {:>8.2f}% {:>7} {:>8.1f}% "
          "{:>7.2f}\n",
          mix.name, seed, 100 * outcome.stopped(), outcome.first_block_s, outcome.honest_users,
          100 * outcome.hindered(), 100 * in_attack, 100 * outcome.delivery(), outcome.blocks,
          100 * ended, outcome.microseconds);
      std::fflush(stdout);
      stopped = std::min(stopped, outcome.stopped());
      first = outcome.first_block_s < 0 ? 1e9 : std::max(first, outcome.first_block_s);
      hindered = std::max(hindered, outcome.hindered());
      hindered_in_attack = std::max(hindered_in_attack, in_attack);
      delivery = std::min(delivery, outcome.delivery());
      passed = std::min(passed, ended);
      standing += outcome.standing_after;
      microseconds = std::max(microseconds, outcome.microseconds);
    }
  }
  fmt::print(
      "\nworst of all: attack_stopped={:.4f} first_block_s={:.1f} honest_hindered={:.5f} "
      "hindered_in_attack={:.5f} honest_delivery={:.4f} blocks_standing_after={} "
      "passed_after={:.3f} judgement_us={:.2f}\n",
      stopped, first, hindered, hindered_in_attack, delivery, standing, passed, microseconds);
}
